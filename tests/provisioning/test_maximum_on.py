"""Maximum on-time against what is signed: what would be cut in the middle is told before anybody hears it."""

import pytest
from click.testing import CliRunner

from bundle.policy import AreaCaps, Policy
from bundle.trust import Target
from device.settings import Amplifier, Settings
from provisioning.commands import provision
from provisioning.probe import Verdict
from provisioning.probes.maximum_on import judge
from tests.audio.conftest import Bench
from tests.audio.village import Village
from tests.director import village as v
from tests.simulators.content import CHANNEL


def settings(*maxima):
    return Settings(
        amplifier=tuple(Amplifier(line=f"loa-{n}", pin=n, active_high=True, maximum_on=most) for n, most in enumerate(maxima, 4))
    )


def programme(minutes, *announcements, rebroadcasts=(), **rules):
    content = v.bundle(announcements=announcements, rebroadcasts=rebroadcasts)
    return v.programme(v.cell(content=content, policy=v.policy(minutes_per_session=minutes, **rules)))


def test_the_usual_hour_covers_the_usual_cap():
    assert judge(settings(3600.0), programme(45.0, v.announcement("tin", 600.0))).verdict is Verdict.GOOD


def test_a_cap_beyond_the_maximum_is_a_warning_that_says_what_to_set_and_what_to_sign():
    found = judge(settings(7200.0, 1800.0), programme(45.0, v.announcement("tin", 600.0)))
    assert found.verdict is Verdict.WARNING
    assert "loa-5" in found.subject[1], "the line that must fall first"
    assert "a session may last 2700 s" in found.wanted[1]
    for words in found.do:
        assert "maximum_on = 27" in words
        assert "minutes_per_session = 29" in words


@pytest.mark.parametrize(
    "content",
    [
        {"announcements": (v.announcement("tin", 600.0), v.announcement("dai", 1795.0))},
        {"rebroadcasts": (v.rebroadcast("dai", duration=1795.0),)},
    ],
    ids=["announcement", "rebroadcast"],
)
def test_an_item_that_would_be_cut_is_named_and_the_unit_is_not_ready(content):
    held = programme(45.0, *content.get("announcements", ()), rebroadcasts=content.get("rebroadcasts", ()))
    found = judge(settings(1800.0), held)
    assert found.verdict is Verdict.NOT_READY
    assert "dai lasts 1795 s" in found.wanted[1]


def test_what_the_rules_refuse_anyway_or_what_is_for_others_is_not_what_would_be_cut():
    refused, elsewhere = v.announcement("dai", 2000.0), v.announcement("noi-khac", 800.0, areas=("vn.20.06002",))
    assert judge(settings(930.0), programme(15.0, refused)).verdict is Verdict.GOOD
    assert judge(settings(600.0), programme(15.0, elsewhere)).verdict is Verdict.WARNING, "for its cap alone"


def test_the_caps_of_the_units_own_place_count():
    town = AreaCaps(areas=(v.PLACE,), minutes_per_session=15.0)
    assert judge(settings(1000.0), programme(45.0, caps_by_area=(town,))).verdict is Verdict.GOOD


def test_the_check_looks_at_the_policy_that_is_in_force(tmp_path):
    unit = Village(Bench(tmp_path / "unit", runs_here=False, maximum_on=100.0), tmp_path / "publisher")
    assert "a session may last 2700 s" in checked(unit)
    unit.publisher.release_policy(CHANNEL, Policy(format=1, channel=CHANNEL, minutes_per_session=1.0), at=unit.now())
    unit.put(Target.POLICY)
    assert "a session may last" not in checked(unit)


def checked(unit):
    return CliRunner().invoke(provision, ["check", "--root", str(unit.paths.root)]).output
