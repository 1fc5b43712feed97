"""Each step of a ladder is there when a signed report proves it, with its time, and not before."""

from evidence.records import Outcome, Rung
from registry.alerts.confirmation.ladder import Reach, delay
from registry.alerts.confirmation.steps import Step
from tests.registry.alerts.confirmation.conftest import ALERTS


def steps(ladder):
    return {step.name for step in ladder.first}


async def test_a_unit_climbs_step_by_step(watched):
    unit = await watched.village(1)
    await watched.tell(unit, 0)
    alert = watched.raise_alert()
    ladder = await watched.ladder(unit)
    assert (steps(ladder), ladder.reach) == (set(), Reach.NOT_REACHED if ladder.facts.known.contact >= alert.sent else Reach.NOT_KNOWN)
    watched.clock.turn(seconds=1)
    agent = watched.status("agent").model_copy(update={"versions": {ALERTS: 1}})
    await watched.tell(unit, 1, programs=(agent, watched.status("display"), watched.status("audio")))
    ladder = await watched.ladder(unit)
    assert (steps(ladder), ladder.reach) == ({"RECEIVED"}, Reach.RECEIVED_ONLY)
    watched.clock.turn(seconds=1)
    await watched.tell(unit, 2, [("display", watched.seen(0, alert))])
    assert steps(await watched.ladder(unit)) == {"RECEIVED", "VERIFIED"}
    watched.clock.turn(seconds=1)
    await watched.tell(unit, 3, [("display", watched.on_board(1, alert)), ("audio", watched.aired(0, alert))])
    ladder = await watched.ladder(unit)
    assert (steps(ladder), ladder.reach) == ({"RECEIVED", "VERIFIED", "PRESENTED", "COMMANDED"}, Reach.BOARD_ONLY)
    watched.clock.turn(seconds=2)
    await watched.tell(unit, 4, programs=(watched.showing(alert), watched.sounding(alert)))
    ladder = await watched.ladder(unit)
    assert (Step.LEFT_DRIVER in ladder.first, ladder.reach) == (True, Reach.FULL)
    assert {step.name: delay(proof, alert.sent) for step, proof in ladder.first.items()} == {
        "RECEIVED": 1.0,
        "VERIFIED": 2.0,
        "PRESENTED": 3.0,
        "COMMANDED": 3.0,
        "LEFT_DRIVER": 5.0,
    }
    watched.clock.turn(seconds=20)
    heard = watched.aired(1, alert, Outcome.COMPLETE, Rung.HEARD, offset=18.0)
    await watched.tell(unit, 5, [("audio", heard)])
    ladder = await watched.ladder(unit)
    assert "HEARD" in steps(ladder)
    assert "ELECTRICAL" not in steps(ladder), "no sensor measured a current"
    assert ladder.why is None


async def test_what_the_status_said_is_taken_back_when_the_receipt_says_less(watched):
    unit = await watched.village(1)
    alert = watched.raise_alert()
    await watched.tell(unit, 0, [("audio", watched.aired(0, alert))], programs=(watched.status("display"), watched.sounding(alert)))
    assert (await watched.ladder(unit)).reach is Reach.SOUND_ONLY
    watched.clock.turn(seconds=9)
    await watched.tell(
        unit, 1, [("audio", watched.aired(1, alert, Outcome.FAILED, Rung.COMMANDED, reason="đường tăng âm loa-1 không bật"))]
    )
    ladder = await watched.ladder(unit)
    assert steps(ladder) == {"RECEIVED", "VERIFIED", "COMMANDED"}
    assert "loa-1 không bật" in ladder.why
    late = unit.report(2, at=watched.at(), programs=(watched.sounding(alert),))
    await watched.registry.report(late)
    assert "LEFT_DRIVER" not in steps(await watched.ladder(unit)), "a report that comes late proves nothing that its receipt denied"


async def test_a_simulated_unit_reaches_nobody(watched):
    unit = await watched.village(1)
    alert = watched.raise_alert()
    programs = (watched.status("display", simulated=("headless screen",)), watched.status("audio", simulated=("sound: disk",)))
    lines = [
        ("display", watched.on_board(0, alert, simulated=True)),
        ("audio", watched.aired(0, alert, Outcome.COMPLETE, Rung.LEFT_DRIVER, simulated=True)),
    ]
    await watched.tell(unit, 0, lines, programs=programs)
    found = await watched.confirmed()
    assert (found.ladders[0].reach, found.simulated, found.reached) == (Reach.RECEIVED_ONLY, 1, 0)
    assert "mô phỏng" in found.ladders[0].why


async def test_a_board_without_loudspeaker_lacks_nothing(watched):
    unit = await watched.village(1)
    alert = watched.raise_alert()
    await watched.tell(unit, 0, [("display", watched.on_board(0, alert))], programs=(watched.showing(alert),))
    assert (await watched.ladder(unit)).reach is Reach.FULL


async def test_a_loudspeaker_without_board_lacks_nothing(watched):
    unit = await watched.village(1)
    alert = watched.raise_alert()
    lines = [("audio", watched.aired(0, alert, Outcome.COMPLETE, Rung.LEFT_DRIVER))]
    await watched.tell(unit, 0, lines, programs=(watched.status("audio"),))
    assert (await watched.ladder(unit)).reach is Reach.FULL
