"""Filing what reports prove of alerts, in the transaction that files the report: each step when it was first proven."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Executable, bindparam, case, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.trust import Target
from director.age import usable
from evidence.records import JournalLine, Outcome
from evidence.report import Report
from registry.alerts.confirmation.steps import Airing, Proof, arrived, told_by_line, told_by_status
from registry.alerts.confirmation.tables import airings, arrivals, proofs
from registry.storage.upsert import upsert

Row = dict[str, Any]
NO_AIRING = -1
LISTS = tuple(f"/{target.value}" for target in (Target.ALERTS, Target.FEED, Target.STOP))


async def hear_lines(connection: AsyncConnection, unit: str, lines: Iterable[JournalLine], now: datetime) -> None:
    """Keep what *lines* prove of alerts; a late line never overrules a newer one."""
    for statement, rows in kept_of(unit, lines, now):
        await connection.execute(statement, rows)


def kept_of(unit: str, lines: Iterable[JournalLine], now: datetime) -> Iterator[tuple[Executable, list[Row]]]:
    """What is written because of *lines*, which came at *now*: few statements, because a province's units tell all at once."""
    told = [(line.n, about) for line in lines if (about := told_by_line(line)) is not None]
    if found := [_proof_row(identity, unit, proof, now) for _, (identity, proven, _) in told for proof in proven]:
        yield _KEEP, found
    ended = [(n, identity, airing) for n, (identity, _, airing) in told if airing is not None]
    if ended:
        yield _END, [_airing_row(identity, unit, n, airing) for n, identity, airing in sorted(ended, key=lambda each: each[0])]
    # The receipt did not confirm what the status had said: its samples were lost, or a line was silent.
    over = [(identity, airing) for _, identity, airing in ended if airing.outcome is not Outcome.STARTED]
    if over:
        yield _DENY, [{"of": identity, "at_unit": unit, "number": airing.number} for identity, airing in over]


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
            await connection.execute(_KEEP, [_proof_row(identity, report.unit, proof, now)])


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


_KEEP, _END, _DENY = _keep(), _end(), _deny()


async def _is_over(connection: AsyncConnection, identity: str, unit: str, airing: int | None) -> bool:
    mine = (airings.c.identity == identity) & (airings.c.unit == unit) & (airings.c.airing == airing)
    outcome = await connection.scalar(select(airings.c.outcome).where(mine))
    return outcome is not None and outcome != Outcome.STARTED.value
