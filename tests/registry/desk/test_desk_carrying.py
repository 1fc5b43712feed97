"""An entry is gone from a unit only by what it obeys and said lately; what stands and what ended is told from the bundle alone."""

from datetime import timedelta

import pytest

from bundle.items import Ticker, Wording
from evidence.report import Report, Sounding
from registry.desk.carrying import Carry, Stopped, carries
from registry.desk.on_air import entries, every_entry
from registry.fleet.states import OURS, Known
from tests.registry.desk.test_desk_change import NOW, announcement, notice, released, session, stops
from tests.registry.web.conftest import stamp, status
from tests.simulators.content import CHANNEL, PROVENANCE

BUNDLE = released(
    announcements=(announcement("tin-a"), announcement("tin-b")),
    notices=(notice("tin-a-bang"), notice("tin-c")),
    sessions=(session("tin-a-buoi", "tin-a"), session("buoi-sang", "tin-a", "tin-b")),
    tickers=(Ticker(id="chay", provenance=PROVENANCE, versions=(Wording(language="vi", title="Chạy"),)),),
)
ENTRY = next(entry for entry in every_entry(BUNDLE, NOW) if entry.name == "tin-a")
STOP, BUNDLE_PATH = f"{CHANNEL}/stop.json", f"{CHANNEL}/bundle.json"


def known(contact=NOW, versions=None, **programs):
    said = tuple(status(name, **what) for name, what in programs.items())
    report = Report(unit="bt-mau-01", boot="b", n=0, at=stamp(boot="b"), versions=versions or {}, programs=said)
    return Known(enrolled=NOW - timedelta(days=9), contact=contact, report=report)


def sounding(item):
    return Sounding(occurrence=f"{CHANNEL}/s@2027-05-10T06:00:00+07:00#{item}", item=item, channel=CHANNEL, language="vi", since=stamp())


def test_everything_of_a_wish_goes_together_and_a_shared_session_goes_on():
    assert ENTRY.items == ("tin-a", "tin-a-buoi", "tin-a-bang")
    assert [entry.name for entry in entries(BUNDLE, None, NOW)] == ["tin-a", "tin-b", "tin-c", "chay"]
    assert [entry.name for entry in entries(BUNDLE, stops("tin-a"), NOW)] == ["tin-b", "tin-c", "chay"]
    assert entries(None, None, NOW) == ()


def test_essentials_are_followed_each_by_its_own_name_and_never_a_line_at_the_foot():
    everything = {"announcements": (announcement("tin-a"),), "notices": (notice("tin-a-bang"), notice("tin-c")), "tickers": BUNDLE.tickers}
    essential = {kind: tuple(item.model_copy(update={"essential": True}) for item in items) for kind, items in everything.items()}
    assert {entry.name: entry.followed for entry in entries(released(**essential), None, NOW)} == {
        "tin-a": ("tin-a", "tin-a-bang"),
        "tin-c": ("tin-c",),
        "chay": (),
    }
    assert {entry.followed for entry in entries(released(**everything), None, NOW)} == {()}


def test_what_has_ended_is_on_the_air_no_more():
    ended = released(notices=(notice("tin-a", valid_until=NOW), notice("tin-b", valid_until=NOW + timedelta(hours=1))))
    assert [entry.name for entry in entries(ended, None, NOW)] == ["tin-b"]


@pytest.mark.parametrize(
    ("unit", "carry"),
    [
        (known(versions={STOP: 4}), Carry.GONE),
        (known(versions={STOP: 5}), Carry.GONE),
        (known(versions={STOP: 3}), Carry.HOLDS),
        (known(), Carry.HOLDS),
        (known(versions={STOP: 4}, audio={"sounding": sounding("tin-a")}), Carry.SOUNDING),
        (known(versions={STOP: 4}, audio={"sounding": sounding("tin-b")}), Carry.GONE),
        (known(versions={STOP: 4}, display={"showing": "notice-tin-a-bang-p1of2"}), Carry.SHOWING),
        (known(versions={STOP: 4}, display={"showing": "caption-tin-a"}), Carry.SHOWING),
        (known(versions={STOP: 4}, display={"showing": "notice-tin-a"}), Carry.SHOWING),
        (known(versions={STOP: 4}, display={"showing": "notice-tin-c"}), Carry.GONE),
        (known(contact=NOW - OURS.network - timedelta(seconds=1), versions={STOP: 4}), Carry.NOT_KNOWN),
        (Known(enrolled=NOW, contact=None, report=None), Carry.NOT_KNOWN),
    ],
)
def test_a_unit_has_stopped_only_when_it_says_so_and_lately(unit, carry):
    assert carries(unit, Stopped(CHANNEL, ENTRY, 4), NOW) is carry


def test_an_output_that_names_other_versions_and_no_stop_obeys_none():
    board, loud = (status(name).model_copy(update={"versions": said}) for name, said in (("display", {}), ("audio", {BUNDLE_PATH: 1})))
    unit = known(versions={STOP: 4, BUNDLE_PATH: 1})
    report = unit.report.model_copy(update={"programs": (board, loud)})
    assert carries(Known(enrolled=unit.enrolled, contact=NOW, report=report), Stopped(CHANNEL, ENTRY, 4), NOW) is Carry.HOLDS


def test_one_output_that_obeys_an_older_list_holds_it_still():
    old = status("audio").model_copy(update={"versions": {STOP: 3}})
    unit = known(versions={STOP: 4}, display={})
    report = unit.report.model_copy(update={"programs": (*unit.report.programs, old)})
    assert carries(Known(enrolled=unit.enrolled, contact=NOW, report=report), Stopped(CHANNEL, ENTRY, 4), NOW) is Carry.HOLDS
