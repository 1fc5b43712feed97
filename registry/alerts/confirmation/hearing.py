"""Filing what reports prove of alerts, in the transaction that files the report: each step when it was first proven."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Executable, bindparam, case, delete, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.trust import Target
from director.age import usable
from evidence.records import JournalLine, Outcome
from registry.alerts.confirmation.steps import Airing, Proof, arrived, told_by_line, told_by_status
from registry.alerts.confirmation.tables import airings, arrivals, proofs
from registry.fleet.holding import Taken
from registry.storage.upsert import upsert

Row = dict[str, Any]
NO_AIRING = -1
LISTS = tuple(f"/{target.value}" for target in (Target.ALERTS, Target.FEED, Target.STOP))


async def hear(connection: AsyncConnection, taken: Sequence[Taken], now: datetime) -> None:
    """Keep what new reports prove of alerts: which lists have arrived, what loudspeakers sound at this time, and what lines tell."""
    if rows := [row for each in taken for row in _arrival_rows(each, now)]:
        await connection.execute(_ARRIVE, rows)
    await _hear_statuses(connection, [(each.report.unit, *told) for each in taken for told in told_by_status(each.report)], now)
    for statement, rows in kept_of([(each.report.unit, fresh.line) for each in taken for fresh in each.fresh], now):
        await connection.execute(statement, rows)


def kept_of(lines: Iterable[tuple[str, JournalLine]], now: datetime) -> Iterator[tuple[Executable, list[Row]]]:
    """What is written because of *lines* of units, which came at *now*; a late line never overrules a newer one.

    Few statements, because a province's units tell all at once.
    """
    told = [(unit, line.n, *about) for unit, line in lines if (about := told_by_line(line)) is not None]
    if found := [_proof_row(identity, unit, proof, now) for unit, _, identity, proven, _ in told for proof in proven]:
        yield _KEEP, found
    ended = [(n, identity, unit, airing) for unit, n, identity, _, airing in told if airing is not None]
    if ended:
        yield _END, [_airing_row(identity, unit, n, airing) for n, identity, unit, airing in sorted(ended, key=lambda each: each[0])]
    # The receipt did not confirm what the status had said: its samples were lost, or a line was silent.
    over = [(identity, unit, airing) for _, identity, unit, airing in ended if airing.outcome is not Outcome.STARTED]
    if over:
        yield _DENY, [{"of": identity, "at_unit": unit, "number": airing.number} for identity, unit, airing in over]


def _arrival_rows(taken: Taken, now: datetime) -> Iterator[Row]:
    """The lists of alerts that have arrived since the report before."""
    report, held = taken.report, arrived(taken.before)
    for target, version in arrived(report).items():
        if target.endswith(LISTS) and version > held.get(target, 0):
            yield {
                "unit": report.unit,
                "target": target,
                "version": version,
                "at": report.at.wall.astimezone(UTC).isoformat(),
                "clock": usable(report.at.state),
                "received": now.isoformat(),
            }


async def _hear_statuses(connection: AsyncConnection, told: Sequence[tuple[str, str, Proof]], now: datetime) -> None:
    over = await _over(connection, [(identity, unit, proof.airing) for unit, identity, proof in told])
    if rows := [_proof_row(identity, unit, proof, now) for unit, identity, proof in told if (identity, unit, proof.airing) not in over]:
        await connection.execute(_KEEP, rows)


def _proof_row(identity: str, unit: str, proof: Proof, now: datetime) -> Row:
    return {
        "identity": identity,
        "unit": unit,
        "step": proof.step.value,
        "airing": NO_AIRING if proof.airing is None else proof.airing,
        "at": proof.at.astimezone(UTC).isoformat(),
        "clock": proof.clock,
        "received": now.isoformat(),
        "simulated": proof.simulated,
        "standing": proof.standing,
    }


def _airing_row(identity: str, unit: str, n: int, airing: Airing) -> Row:
    at = airing.at.astimezone(UTC).isoformat()
    told = {"n": n, "outcome": airing.outcome.value, "rung": airing.rung.value, "reason": airing.reason, "at": at}
    return {"identity": identity, "unit": unit, "airing": airing.number, **told}


def _keep() -> Executable:
    """The earliest word of a step stays, of real hardware before simulated, of a known clock before an unknown; receipts make it stand."""
    entry = upsert(proofs)
    held, new = proofs.c, entry.excluded
    better = or_(
        held.simulated & ~new.simulated,
        (held.simulated == new.simulated) & ~held.clock & new.clock,
        (held.simulated == new.simulated) & (held.clock == new.clock) & (new.at < held.at),
    )
    told: dict[str, Any] = {name: case((better, new[name]), else_=held[name]) for name in ("at", "clock", "simulated")}
    told["standing"] = or_(held.standing, new.standing)
    return entry.on_conflict_do_update(index_elements=["identity", "unit", "step", "airing"], set_=told)


def _end() -> Executable:
    entry = upsert(airings)
    told = {name: entry.excluded[name] for name in ("n", "outcome", "rung", "reason", "at")}
    return entry.on_conflict_do_update(index_elements=["identity", "unit", "airing"], set_=told, where=airings.c.n < entry.excluded.n)


def _deny() -> Executable:
    mine = (proofs.c.identity == bindparam("of")) & (proofs.c.unit == bindparam("at_unit")) & (proofs.c.airing == bindparam("number"))
    return delete(proofs).where(mine & ~proofs.c.standing)


_ARRIVE = upsert(arrivals).on_conflict_do_nothing()
_KEEP, _END, _DENY = _keep(), _end(), _deny()


async def _over(connection: AsyncConnection, named: Sequence[tuple[str, str, int | None]]) -> set[tuple[str, str, int | None]]:
    """Those of the airings *named* (alert, unit, number) that have ended: no status of before brings them back."""
    if not named:
        return set()
    mine = tuple_(airings.c.identity, airings.c.unit, airings.c.airing).in_(named)
    query = select(airings.c.identity, airings.c.unit, airings.c.airing).where(mine, airings.c.outcome != Outcome.STARTED.value)
    return {(identity, unit, number) for identity, unit, number in await connection.execute(query)}
