"""What the signed rules would silence is refused while the officer can still move it: one sentence each, with its first time."""

from datetime import date, time
from pathlib import Path

import pytest

from bundle.base import BulletinClass
from bundle.errors import Refused
from bundle.items import Session
from bundle.policy import AreaCaps, Ceiling, Holiday, Policy, Weekday
from director.programme import Cell
from registry.making.findings import Findings
from registry.making.permitted import check_sounding
from registry.trust.in_force import in_force
from registry.trust.proposal import compact
from tests.director import village as v
from tests.registry.making.officework import PROGRAMME, SESSION, Office
from tests.simulators.content import small_bundle
from tests.simulators.publisher import Publisher

SOUND = "programme.toml: session “{}”"
LONG, SHORT = v.announcement("dai", 600.0), v.announcement("ngan", 60.0)


def told(*sessions: Session, above: tuple[Cell, ...] = (), announcements=(LONG, SHORT), **rules) -> dict[str, str]:
    """The complaints by their place."""
    findings = Findings()
    content = v.bundle(announcements=announcements, sessions=sessions)
    check_sounding(content, (*above, *([v.cell(policy=v.policy(**rules))] if rules else [])), findings)
    try:
        findings.refuse()
    except Refused as refused:
        return {each.where: f"{each.what} → {each.do}" for each in refused.complaints}
    return {}


def test_a_session_in_quiet_hours_is_told_once_with_its_first_time_and_count() -> None:
    found = told(v.session("dem", "22:00", ["ngan"]), v.session("sang", "06:00", ["ngan"]))
    assert list(found) == [SOUND.format("dem")]
    assert "quiet hours (08/03/2026 22:00; 30 lần / times) → dời giờ" in found[SOUND.format("dem")]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"ceilings": (Ceiling(start=time(5, 30), end=time(7)),)}, "want silence"),
        ({"ceilings": (Ceiling(start=time(5, 30), end=time(7), decibels=-6.0),)}, ""),
        ({"ceilings": (Ceiling(start=time(5, 30), end=time(7), zones=("truong",)),)}, ""),
        ({"weekdays": (Weekday.MO, Weekday.TU)}, "no sessions on this weekday"),
        ({"holidays": (Holiday(day=date(2026, 3, 20), name="Giỗ Tổ"),)}, "a holiday without sessions: Giỗ Tổ (20/03/2026 06:00; 1 lần"),
        ({"sessions_per_day": 0}, "more sessions than a day may have"),
        ({"days_per_week": 5}, "more days with sessions than a week may have (14/03/2026 06:00;"),
        ({"caps_by_area": (AreaCaps(areas=(v.COMMUNE,), days_per_week=3),)}, "more days with sessions than a week may have"),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else None,
)
def test_each_rule_is_told_in_its_own_words(rules, words: str) -> None:
    found = told(v.session("sang", "06:00", ["ngan"]), **rules)
    assert list(found) == ([SOUND.format("sang")] if words else [])
    assert all(words in sentence and "→" in sentence for sentence in found.values())


def test_an_item_that_no_longer_fits_the_minutes_of_its_session_is_named() -> None:
    found = told(v.session("sang", "06:00", ["ngan", "dai"]), minutes_per_session=10.0)
    assert list(found) == [SOUND.format("sang") + ", “dai”"]
    assert "longer than the session may be" in found[SOUND.format("sang") + ", “dai”"]


def test_an_item_that_would_reach_into_the_night_is_named() -> None:
    assert list(told(v.session("toi", "21:25", ["ngan", "dai"]))) == [SOUND.format("toi") + ", “dai”"]


def test_sessions_that_collide_are_told_and_one_that_can_wait_is_not() -> None:
    first = v.session("mot", "06:00", ["dai"])
    assert "another session still speaks" in told(first, v.session("hai", "06:01", ["ngan"]))[SOUND.format("hai")]
    assert not told(first, v.session("hai", "06:01", ["ngan"], window=900.0))


def test_priority_from_above_that_takes_the_minute_is_a_collision_too() -> None:
    urgent = v.session("cua-tinh", "06:00", ["dai"], bulletin_class=BulletinClass.PRIORITY)
    above = v.cell(v.PROVINCE, content=v.bundle(v.PROVINCE, announcements=[LONG], sessions=[urgent]))
    assert list(told(v.session("sang", "06:00", ["ngan"]), above=(above,))) == [SOUND.format("sang")]


def test_a_zone_that_is_named_and_silent_is_told() -> None:
    rule = (Ceiling(start=time(6), end=time(7), zones=("truong",)),)
    assert list(told(v.session("sang", "06:00", ["ngan"], zones=("truong", "cho")), ceilings=rule)) == [SOUND.format("sang")]
    assert not told(v.session("sang", "06:00", ["ngan"], zones=("cho",)), ceilings=rule)


def test_what_only_one_village_would_hear_is_judged_there() -> None:
    village = f"{v.COMMUNE}.thi-tran"
    town = (AreaCaps(areas=(village,), minutes_per_session=5.0),)
    assert told(v.session("sang", "06:00", ["dai"], areas=(village,)), caps_by_area=town)
    assert told(v.session("sang", "06:00", ["dai"]), caps_by_area=town), "a session for everyone is heard in the town too"
    assert not told(v.session("sang", "06:00", ["dai"], areas=(f"{v.COMMUNE}.que",)), caps_by_area=town)


def test_the_longest_language_of_an_item_counts() -> None:
    versions = (LONG.versions[0], v.announcement("dai", 900.0, ("vi", "km")).versions[1])
    both = LONG.model_copy(update={"versions": versions})
    assert told(v.session("sang", "06:00", ["dai"]), announcements=(both,), minutes_per_session=12.0)


def test_an_officer_hears_of_it_and_the_earlier_draft_stays(office: Office) -> None:
    office.draft()
    before = (office.out / "bundle.json").read_bytes()
    office.write("programme.toml", PROGRAMME + SESSION.replace("T06:00", "T23:00"))
    assert "quiet hours" in office.complaints()[SOUND.format("buoi-sang")]
    assert (office.out / "bundle.json").read_bytes() == before


def test_the_rules_in_force_come_from_the_release_tree_and_a_file_stands_in_their_place(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    assert [cell.policy for cell in in_force(publisher.tree, (), v.COMMUNE)] == [None]
    signed = Policy(format=1, channel=v.COMMUNE, sessions_per_day=1)
    publisher.release_policy(v.COMMUNE, signed)
    publisher.release_bundle(v.COMMUNE, small_bundle(publisher.now))
    (cell,) = in_force(publisher.tree, (), v.COMMUNE)
    assert (cell.policy, cell.bundle) == (signed, small_bundle(publisher.now))
    planned = tmp_path / "policy.json"
    planned.write_bytes(compact(signed.model_copy(update={"sessions_per_day": 2})))
    for tree in (publisher.tree, None):
        assert [cell.policy.sessions_per_day for cell in in_force(tree, (planned,), v.COMMUNE) if cell.policy] == [2]
    with pytest.raises(Refused, match="rules of another channel"):
        in_force(None, (planned,), "vn.99")
