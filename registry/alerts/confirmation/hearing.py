"""Filing what reports prove of alerts, in the transaction that files the report: each step when it was first proven."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Executable, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.trust import Target
from director.age import usable
from evidence.records import JournalLine, Outcome
from evidence.report import Report
from registry.alerts.confirmation.steps import Airing, Proof, arrived, told_by_line, told_by_status
from registry.alerts.confirmation.tables import airings, arrivals, proofs

NO_AIRING = -1
LISTS = tuple(f"/{target.value}" for target in (Target.ALERTS, Target.FEED, Target.STOP))


async def hear_line(connection: AsyncConnection, unit: str, line: JournalLine, now: datetime) -> None:
    """Keep what *line* proves of an alert; a late line never overrules a newer one."""
    for statement in kept_of(unit, line, now):
        await connection.execute(statement)


def kept_of(unit: str, line: JournalLine, now: datetime) -> Iterator[Executable]:
    """What is written because of *line*, which came at *now*; nothing for one that is about no alert."""
    told = told_by_line(line)
    if told is None:
        return
    identity, found, airing = told
    for proof in found:
        yield from _kept(identity, unit, proof, now)
    if airing is not None:
        yield from _ended(identity, unit, line.n, airing)


async def hear_report(connection: AsyncConnection, report: Report, before: Report | None, now: datetime) -> None:
    """Keep which lists have arrived since *before*, and what the board presents and the loudspeaker sounds at this time."""
    held = arrived(before)
    for target, version in arrived(report).items():
        if target.endswith(LISTS) and version > held.get(target, 0):
            entry = upsert(arrivals).values(
                unit=report.unit,
                target=target,
                version=version,
                at=report.at.wall.astimezone(UTC).isoformat(),
                clock=usable(report.at.state),
                received=now.isoformat(),
            )
            await connection.execute(entry.on_conflict_do_nothing())
    for identity, proof in told_by_status(report):
        if proof.standing or not await _is_over(connection, identity, report.unit, proof.airing):
            for statement in _kept(identity, report.unit, proof, now):
                await connection.execute(statement)


def _kept(identity: str, unit: str, proof: Proof, now: datetime) -> Iterator[Executable]:
    """The earliest word of a step stays; what a receipt says stands in the place of what a status said."""
    airing = NO_AIRING if proof.airing is None else proof.airing
    values = {"at": proof.at.astimezone(UTC).isoformat(), "clock": proof.clock, "simulated": proof.simulated, "standing": proof.standing}
    entry = upsert(proofs).values(identity=identity, unit=unit, step=proof.step.value, airing=airing, received=now.isoformat(), **values)
    # Real evidence outweighs simulated, a clock that is known one that is not, and then the earlier counts.
    new = entry.excluded
    better = (
        (proofs.c.simulated & ~new.simulated)
        | ((proofs.c.simulated == new.simulated) & ~proofs.c.clock & new.clock)
        | ((proofs.c.simulated == new.simulated) & (proofs.c.clock == new.clock) & (new.at < proofs.c.at))
    )
    keys = ["identity", "unit", "step", "airing"]
    yield entry.on_conflict_do_update(index_elements=keys, set_=values, where=better)
    if proof.standing:
        mine = (proofs.c.identity == identity) & (proofs.c.unit == unit) & (proofs.c.step == proof.step.value)
        yield update(proofs).where(mine & (proofs.c.airing == airing)).values(standing=True)


def _ended(identity: str, unit: str, n: int, airing: Airing) -> Iterator[Executable]:
    told = {
        "n": n,
        "outcome": airing.outcome.value,
        "rung": airing.rung.value,
        "reason": airing.reason,
        "at": airing.at.astimezone(UTC).isoformat(),
    }
    entry = upsert(airings).values(identity=identity, unit=unit, airing=airing.number, **told)
    keys = ["identity", "unit", "airing"]
    yield entry.on_conflict_do_update(index_elements=keys, set_=told, where=airings.c.n < n)
    if airing.outcome is not Outcome.STARTED:
        # The receipt did not confirm what the status had said: its samples were lost, or a line was silent.
        mine = (proofs.c.identity == identity) & (proofs.c.unit == unit) & (proofs.c.airing == airing.number)
        yield delete(proofs).where(mine & ~proofs.c.standing)


async def _is_over(connection: AsyncConnection, identity: str, unit: str, airing: int | None) -> bool:
    mine = (airings.c.identity == identity) & (airings.c.unit == unit) & (airings.c.airing == airing)
    outcome = await connection.scalar(select(airings.c.outcome).where(mine))
    return outcome is not None and outcome != Outcome.STARTED.value
