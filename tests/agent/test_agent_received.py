"""What the agent says that it received: what stands in RAM or on its shelf, whoever obeys it."""

from pathlib import Path

from agent.compose import report, sketch
from agent.pull.shelving import put_fast
from agent.received import Received
from bundle.trust import Target
from director.moment import Moment
from evidence.records import ClockState
from evidence.report import ProgramStatus
from evidence.travelling import document
from tests.agent.unit_under_test import record
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

ALERTS, BUNDLE = f"{CHANNEL}/alerts.json", f"{CHANNEL}/bundle.json"


async def test_what_came_is_told_from_ram_and_from_the_shelf(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "publisher", [CHANNEL])
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    village = Village(tmp_path, publisher)
    received = Received(village.paths, (CHANNEL,))
    assert received.versions() == {}
    await village.look()
    assert received.versions() == {BUNDLE: 1}
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now))
    put_fast(village.paths, CHANNEL, Target.ALERTS, publisher.pack(CHANNEL, Target.ALERTS))
    assert received.versions() == {BUNDLE: 1, ALERTS: 1}
    await village.look()
    assert received.versions() == {BUNDLE: 1, ALERTS: 1}
    village.pack(Target.BUNDLE).write_bytes(b"rotten")
    assert received.versions() == {ALERTS: 1}


def told(**versions: dict[str, int]) -> dict[str, object]:
    moment = Moment(record("http://x.example").enrolled_at, ClockState.TRUSTED, "boot", 1.0)
    programs = [ProgramStatus(program=name, at=moment.stamp(), ready=True, versions=found) for name, found in versions.items()]
    return document(report(record("http://x.example"), moment, 1, sketch(programs), ()))


def test_what_everybody_obeys_costs_no_byte_and_what_only_came_is_told_apart() -> None:
    obeyed = {BUNDLE: 4, ALERTS: 2}
    agreed = told(agent=obeyed, display=obeyed, audio=obeyed)
    assert agreed == told(agent={}, display=obeyed, audio=obeyed)
    ahead = told(agent=obeyed | {ALERTS: 3}, display=obeyed, audio=obeyed)
    assert ahead["versions"] == obeyed, "received is not obeyed"
    programs = ahead["programs"]
    assert isinstance(programs, list)
    assert [each.get("versions") for each in programs] == [{ALERTS: 3}, None, None]


def test_an_alert_that_only_came_is_worth_a_report_of_its_own() -> None:
    moment = Moment(record("http://x.example").enrolled_at, ClockState.TRUSTED, "boot", 1.0)
    before, after = (sketch([ProgramStatus(program="agent", at=moment.stamp(), ready=True, versions={ALERTS: n})]) for n in (1, 2))
    assert before.standing != after.standing
