"""An alert on a real unit, seen from the registry: each step within seconds, nothing of a dead board, a silent unit not known."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bangtin.demo.village import CHANNEL, PLACE, PLACE_NAME, UNIT, Village, Wiring
from bangtin.demo.visitor import seen as look
from evidence.records import Outcome, Shown, Sounded
from registry.alerts.confirmation.after import Carry
from registry.alerts.confirmation.gathering import confirmation
from registry.alerts.confirmation.ladder import Reach
from registry.alerts.confirmation.released import Releases
from registry.alerts.confirmation.steps import Step
from registry.alerts.confirmation.tables import proofs
from registry.storage.storage import open_storage
from registry.trust.site import Site
from tests.registry.alerts.confirmation.conftest import raised_in

pytestmark = pytest.mark.endtoend

CONTENT = Path(__file__).parents[2] / "content" / "xa-an-phu"
SILENT = "an-phu-99"
SOON = 6.0
"""Seconds from a step to its standing at the registry: the debounce, a tick and a request, on a machine that may be busy."""


@pytest.fixture
def village(tmp_path):
    made = Village(tmp_path, CONTENT)
    try:
        made.draft({})
        made.found()
        made.publish()
        made.serve()
        made.wire(Wiring(width=640, height=360, poll_seconds=600.0))
        made.enrol()
        silent = ("--data", made.part("registry"), "--place", f"{CHANNEL}.04", "--place-name", "Thôn Tư", "--url", made.url)
        printed = made.stage.command("registry", "grant", *silent, "--root", made.part("site") / "root.json")
        elsewhere = ("--root", made.part("silent"), "--unit", SILENT)
        made.stage.command("provision", "enrol", *elsewhere, "--grant", printed.strip().splitlines()[0])
        made.start_unit()
        made.wait("the board shows a notice", lambda: any(made.lines("display", lambda line: isinstance(line, Shown))), 90)
        yield made
    finally:
        made.stage.stop_all()


def seen(village):
    """(confirmation, seconds from each step's happening to its standing at the registry) of the newest alert."""

    async def look():
        now = datetime.now(UTC)
        raised = raised_in(Releases(Site(village.part("site"))), now)[0]
        async with await open_storage(village.part("registry")) as storage, storage.reading() as connection:
            found = await confirmation(connection, raised, now)
            rows = await connection.execute(select(proofs).where(proofs.c.identity == raised.name))
            lags = {Step(row.step): (datetime.fromisoformat(row.received) - datetime.fromisoformat(row.at)).total_seconds() for row in rows}
        return found, lags

    return asyncio.run(look())


def ladder(found, unit):
    return next(each for each in found.ladders if each.facts.unit == unit)


def slugs(village):
    return [path.stem for path in sorted((village.part("draft") / "alerts").glob("*.json"))]


def until_step(village, step):
    found = {}

    def there():
        found["seen"] = seen(village)
        return step in ladder(found["seen"][0], UNIT).first

    village.wait(f"{step.name} at the registry", there, 60)
    return found["seen"]


def test_each_step_stands_at_the_registry_within_seconds(village):
    village.raise_alert(slugs(village)[0])
    found, lags = until_step(village, Step.LEFT_DRIVER)
    told = ladder(found, UNIT)
    assert set(told.first) >= {Step.RECEIVED, Step.VERIFIED, Step.PRESENTED, Step.COMMANDED, Step.LEFT_DRIVER}
    print({step.name: round(lag, 2) for step, lag in lags.items()})
    assert max(lags.values()) < SOON
    assert not any(village.lines("audio", lambda line: isinstance(line, Sounded) and line.outcome is Outcome.COMPLETE)), "while it sounds"
    assert (told.reach, told.simulated) == (Reach.RECEIVED_ONLY, True), "a simulated unit reaches nobody"
    quiet = ladder(found, SILENT)
    assert (quiet.reach, quiet.first) == (Reach.NOT_KNOWN, {})
    assert "chưa từng liên lạc" in quiet.why
    page = look(f"{village.url}/alerts/{found.raised.key}", village.visitor())
    assert PLACE_NAME in page
    assert "mô phỏng" in page

    # One person ends it: the page knows by a report of after that who is silent, and of whom nobody knows.
    village.cancel_alert(found.raised.alert.identifier)
    village.wait("it is said to be gone", lambda: [each.facts.unit for each in seen(village)[0].carriers[Carry.GONE]] == [UNIT], 60)
    found, _ = seen(village)
    assert [each.facts.unit for each in found.carriers[Carry.NOT_KNOWN]] == [SILENT]
    assert ladder(found, UNIT).facts.stopped is not None, "it has the stop list"

    # The next one finds the board dead: nobody restarts it here.
    village.stage.running["display"].kill()
    village.stage.running.pop("display").wait(10)
    village.raise_alert(slugs(village)[1])
    found, _ = until_step(village, Step.COMMANDED)
    told = ladder(found, UNIT)
    assert Step.PRESENTED not in told.first
    assert told.facts.place == PLACE
