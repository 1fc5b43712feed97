"""The rules of sound as an officer writes them: read, told in full to those who sign, and kept readable for older units."""

import json
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bangtin.publish import publish
from bundle.alert import RiskLevel
from bundle.errors import Refused
from bundle.parse import parse
from bundle.policy import AreaCaps, Ceiling, FeedRules, Holiday, Policy, QuietHours, RebroadcastRules, Weekday
from registry.making.policy import make_policy, silenced
from registry.trust.policy_lines import policy_lines
from tests.director import village as v
from tests.simulators.content import clip_of
from tests.simulators.publisher import Publisher

SAMPLE = Path(__file__).parents[3] / "content" / "xa-an-phu" / "policy.toml"
PLAIN = Policy(format=1, channel="vn.20.06001")


def made(*words: str | Path):
    return CliRunner().invoke(publish, ["policy", *map(str, words)])


def test_the_sample_becomes_a_policy_that_is_read_out(tmp_path: Path) -> None:
    done = made(SAMPLE, "--out", tmp_path / "policy.json")
    assert done.exit_code == 0, done.output
    for line in ("at most -9 dB: 11:30–13:30", "silent: 07:15–11:00 (MO, TU, WE, TH, FR), routine, priority, cụm / zones truong"):
        assert line in done.output
    assert parse(Policy, (tmp_path / "policy.json").read_bytes(), "policy.json") == make_policy(SAMPLE)


def test_what_stands_at_its_default_is_left_out_so_that_an_older_unit_reads_the_rest(tmp_path: Path) -> None:
    source = tmp_path / "rules.toml"
    source.write_text('channel = "vn.20.06001"\nsessions_per_day = 2\n', encoding="utf-8")
    assert made(source, "--out", tmp_path / "policy.json").exit_code == 0
    assert json.loads((tmp_path / "policy.json").read_text()) == {"format": 1, "channel": "vn.20.06001", "sessions_per_day": 2}


def test_the_office_hears_which_released_sessions_new_rules_would_silence(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    evening = v.session("toi", "20:30", ["tin"])
    (words,) = v.announcement("tin").versions
    spoken = v.announcement("tin").model_copy(update={"versions": (words.model_copy(update={"clip": clip_of(b"tin")}),)})
    content = v.bundle(made=publisher.now, announcements=[spoken], sessions=[evening, v.session("sang", "06:00", ["tin"])])
    publisher.release_bundle(v.COMMUNE, content, [b"tin"])
    source, out = tmp_path / "rules.toml", tmp_path / "policy.json"
    source.write_text('channel = "vn.20"\n[[quiet_hours]]\nstart = 20:00:00\nend = 05:00:00\n', encoding="utf-8")
    done = made(source, "--out", out, "--site", publisher.site)
    assert done.exit_code == 0, done.output
    (told,) = silenced(publisher.tree, out, publisher.now + timedelta(days=7))
    assert told[0] == v.COMMUNE
    assert "“toi”" in told[1].where
    assert "quiet hours (10/05/2027 20:30; 23 lần / times)" in told[1].what
    source.write_text('channel = "vn.20"\n', encoding="utf-8")
    assert made(source, "--out", out, "--site", publisher.site).exit_code == 0
    assert not list(silenced(publisher.tree, out, publisher.now))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("quite_hours = []", "có phải “quiet_hours”?"),
        ("sessions_per_day = 99", "lớn quá"),
        ("[[ceilings]]\nstart = 07:00:00\nend = 08:00:00\ndecibel = -3.0", "did you mean “decibels”"),
        ('[[ceilings]]\nstart = 07:00:00\nend = 08:00:00\nclasses = ["emergency"]', "an emergency passes every limit"),
        ('[[holidays]]\nday = "hôm nào"\nname = "Tết"', "holidays[1].day"),
        ("sessions_per_day = ", "TOML"),
    ],
)
def test_every_fault_is_a_sentence_with_a_way_out_and_the_earlier_file_stays(tmp_path: Path, text: str, words: str) -> None:
    source, out = tmp_path / "rules.toml", tmp_path / "policy.json"
    out.write_text("earlier")
    source.write_text(f'channel = "vn.20.06001"\n{text}\n', encoding="utf-8")
    done = made(source, "--out", out)
    assert done.exit_code == 2
    assert words in done.output
    assert out.read_text() == "earlier"


def test_a_file_of_another_name_could_not_be_signed_and_a_missing_one_is_told(tmp_path: Path) -> None:
    assert "policy.json" in made(SAMPLE, "--out", tmp_path / "rules.json").output
    with pytest.raises(Refused, match="cannot be read"):
        make_policy(tmp_path / "none.toml")


OTHERWISE = {
    "channel": "vn.20",
    "quiet_hours": (QuietHours(start=time(22), end=time(4)),),
    "ceilings": (Ceiling(start=time(12), end=time(13), decibels=-6.0),),
    "weekdays": (Weekday.MO,),
    "holidays": (Holiday(day=date(2027, 2, 6), name="Tết"),),
    "caps_by_area": (AreaCaps(areas=("vn.20.06001",)),),
    "collision_order": ("vn.20",),
    "sessions_per_day": 3,
    "minutes_per_session": 15.0,
    "days_per_week": 5,
    "override_minutes": 0.0,
    "tone_seconds": 3.0,
    "caption_linger": 0.0,
    "rebroadcast": RebroadcastRules(grace=5.0),
    "feed": FeedRules(areas=("vn.20",)),
    "issue_time_after": 60.0,
    "reached_after": 5,
}


@pytest.mark.parametrize("rule", sorted(set(Policy.model_fields) - {"format"}))
def test_whoever_signs_reads_every_rule(rule: str) -> None:
    assert list(policy_lines(PLAIN.model_copy(update={rule: OTHERWISE[rule]}))) != list(policy_lines(PLAIN))


@pytest.mark.parametrize(
    ("rule", "other"), [("areas", ("vn.21",)), ("level", RiskLevel.RED), ("at_once", 3), ("per_hour", 7), ("ahead", 9.0)]
)
def test_whoever_signs_reads_every_rule_of_the_feed(rule: str, other: object) -> None:
    rules = FeedRules(areas=("vn.20",))
    assert set(FeedRules.model_fields) == {"areas", "level", "at_once", "per_hour", "ahead"}
    told = [list(policy_lines(PLAIN.model_copy(update={"feed": each}))) for each in (rules, rules.model_copy(update={rule: other}))]
    assert told[0] != told[1]


@pytest.mark.parametrize("rule", sorted(RebroadcastRules.model_fields))
def test_whoever_signs_reads_every_rule_of_a_rebroadcast(rule: str) -> None:
    own = RebroadcastRules().model_copy(update={rule: 7.25})
    (line,) = (line for line in policy_lines(PLAIN.model_copy(update={"rebroadcast": own})) if "tiếp âm" in line)
    assert "7.25" in line
