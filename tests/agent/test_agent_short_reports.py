"""Short reports between a unit's reporter and the real registry: it holds what the unit is, also when one of them is older."""

from collections.abc import AsyncIterator, Awaitable
from itertools import pairwise
from pathlib import Path

import pytest

from bundle.errors import refuse
from evidence.cadence import DEBOUNCE, FULL_AFTER
from evidence.health import Health, LinkKind, ScreenState
from evidence.packing import inflated
from evidence.report import Acknowledgement, Report
from evidence.signing import claimed
from tests.agent.test_agent_reports import Rig
from tests.agent.unit_under_test import UNIT, alert_seen, shown, writer

WELL = Health(celsius=48, link=LinkKind.MOBILE, screen=ScreenState.PRESENT)


class Talk(Rig):
    """A rig whose unit has sensors, and which writes down what goes out."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.health, self.sent = WELL, list[Report]()

    def restart_agent(self) -> None:
        super().restart_agent()
        self.reporter.health = lambda: self.health
        real = self.reporter.link.deliver

        def listening(token: str) -> Awaitable[Acknowledgement]:
            said = Report.model_validate_json(inflated(claimed(token), "report", 10**6))
            self.sent.append(said)
            if self.registry.older and (said.since, said.health) != (None, None):
                # Its answer to a field that it does not know carries no header.
                self.reporter.link.takes_changes = False
                raise refuse("report[0]", "Extra inputs are not permitted")
            return real(token)

        self.reporter.link.deliver = listening  # type: ignore[assignment, method-assign]

    async def report(self, seconds: float = 900.0) -> Report:
        """The last report that goes out when the next regular one is due; the programs run."""
        self.clock.advance(seconds)
        self.status("display", showing="cap-nuoc")
        self.status("audio")
        await self.reporter.tick()
        return self.sent[-1]

    async def held(self) -> Report:
        return await self.registry.held(UNIT)


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    found = Talk(tmp_path)
    await found.start()
    yield found
    found.outbox.close()
    await found.http.close()
    await found.registry.stop()


async def test_only_changes_travel_and_the_registry_knows_it_all(talk: Talk) -> None:
    assert (await talk.report(1800)).health is None, "not before the registry said that it takes it"
    full = await talk.report()
    assert (full.since, full.health, len(full.programs)) == (None, WELL, 2)
    quiet = await talk.report()
    assert (quiet.since, quiet.health, quiet.programs) == (full.n, None, ())
    held = await talk.held()
    assert (held.since, held.health, held.n) == (None, WELL, quiet.n)
    assert [each.showing for each in held.programs] == ["cap-nuoc", None]
    talk.health = WELL.model_copy(update={"celsius": 50, "screen": ScreenState.LOST})
    changed = await talk.report()
    assert changed.health == Health(screen=ScreenState.LOST)
    assert (await talk.held()).health == WELL.model_copy(update={"screen": ScreenState.LOST})


async def test_a_full_one_goes_out_within_each_hour(talk: Talk) -> None:
    await talk.report(1800)
    times = []
    for _ in range(20):
        said = await talk.report(900.5)
        times += [said.at.mono] if said.since is None else []
    assert len(times) > 3
    assert all(later - earlier <= 3600 + 2 for earlier, later in pairwise(times))
    assert all(later - earlier > FULL_AFTER for earlier, later in pairwise(times))


async def test_after_a_restart_and_after_every_failure_the_next_one_is_full(talk: Talk) -> None:
    """Nobody knows then what arrived, or whether the registry is still the same."""
    await talk.report(1800)
    await talk.report()
    assert (await talk.report()).since is not None
    talk.outbox.close()
    talk.restart_agent()
    assert (await talk.report(1800)).since is None, "it still knows from the card that the registry takes health"
    assert (await talk.report()).since is not None
    await talk.registry.stop()
    await talk.report()
    await talk.registry.start()
    assert (await talk.report()).since is None, "before the hour is over"
    assert (await talk.report()).since is not None


async def test_a_registry_that_has_lost_the_full_one_asks_for_it_and_has_it_a_second_later(talk: Talk) -> None:
    """A backup of yesterday was restored in the quarter of an hour between two reports, so the unit saw no failure."""
    await talk.report(1800)
    full = await talk.report()
    await talk.registry.lose_report(UNIT, full.n)
    short = await talk.report()
    assert short.since == full.n
    assert (await talk.held()).since == full.n, "what it does not tell is not known"
    await talk.report(0.5)
    again = await talk.report(1.0)
    assert (again.since, again.health) == (None, WELL)
    assert (await talk.held()).since is None
    count = len(talk.sent)
    await talk.report(1.0)
    await talk.report(1.0)
    assert len(talk.sent) == count, "it asks once"


async def test_an_older_registry_gets_what_it_has_always_got(talk: Talk) -> None:
    talk.registry.older = True
    for _ in range(4):
        said = await talk.report(1800)
        assert (said.since, said.health, len(said.programs)) == (None, None, 2)
    assert talk.reporter.refused == ""


async def test_a_registry_that_goes_back_to_an_older_release_refuses_one_report_and_gets_the_next_as_it_wants_it(talk: Talk) -> None:
    lines = writer(talk.paths)
    await talk.report(1800)
    await talk.report()
    lines.write(shown(), sync=True)
    talk.registry.older = True
    talk.health = WELL.model_copy(update={"screen": ScreenState.LOST})
    assert (await talk.report()).health == Health(screen=ScreenState.LOST)
    assert talk.outbox.count() == 1, "refused whole, and kept"
    assert (await talk.held()).health == WELL, "what is missing in it was not taken for gone"
    await talk.report(1800)
    plain = talk.sent[-2]
    assert (plain.since, plain.health, len(plain.programs)) == (None, None, 2)
    assert talk.sent[-1].since is not None, "behind it the refused one is tried again, as each hour"
    talk.registry.older = False
    await talk.report(3700)
    await talk.report(1800)
    assert talk.outbox.count() == 0
    assert await talk.registry.kept_lines("display") == [0], "with the new release nothing is missing"
    assert (await talk.held()).health == talk.health


async def test_a_report_of_lines_alone_is_short_as_well_when_many_follow_each_other(talk: Talk) -> None:
    lines = writer(talk.paths)
    await talk.report(1800)
    await talk.report()
    for _ in range(700):
        lines.write(shown(), sync=False)
    before = len(talk.sent)
    await talk.report()
    assert [len(each.lines) for each in talk.sent[before:]] == [300, 300, 100]
    assert {each.since for each in talk.sent[before:]} == {talk.sent[1].n}
    assert await talk.registry.kept_lines("display") == list(range(700))


async def test_an_alert_is_told_in_a_short_report_too(talk: Talk) -> None:
    await talk.report(1800)
    full = await talk.report()
    writer(talk.paths).write(alert_seen(), sync=True)
    await talk.reporter.tick()
    talk.clock.advance(1.0)
    await talk.reporter.tick()
    assert (talk.sent[-1].since, len(talk.sent[-1].lines)) == (full.n, 1)
    assert (await talk.held()).health == WELL


async def test_whoever_wants_the_whole_report_gets_it_without_waiting_for_the_hour(talk: Talk) -> None:
    await talk.report(1800)
    for _ in range(2):
        short = await talk.report()
    assert short.since is not None
    talk.reporter.whole_now()
    await talk.reporter.tick()
    before = len(talk.sent)
    talk.clock.advance(DEBOUNCE)
    await talk.reporter.tick()
    assert [(each.since, each.health) for each in talk.sent[before:]] == [(None, WELL)]
    assert (await talk.report()).since is not None, "once"
