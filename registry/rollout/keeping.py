"""Roll-outs in the database: what units said, how far each release may go, and the permits that follow from it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from evidence.permit import Permit, sealed_permit
from evidence.records import Upgraded
from registry.fleet.holding import Taken
from registry.rollout.judging import Going, Rollout
from registry.rollout.tables import rollouts, upgrades
from registry.storage.upsert import upsert


async def hear(connection: AsyncConnection, taken: Sequence[Taken], now: datetime) -> None:
    """Keep what units say became of a release; a late line never overrules a newer one."""
    rows = [
        {
            "unit": each.report.unit,
            "channel": line.channel,
            "number": line.release,
            "n": line.n,
            "outcome": line.outcome.value,
            "was": line.was,
            "reason": line.reason,
            "heard": now.isoformat(),
        }
        for each in taken
        for fresh in each.fresh
        if isinstance(line := fresh.line, Upgraded)
    ]
    if rows:
        entry = upsert(upgrades)
        told = {name: entry.excluded[name] for name in ("n", "outcome", "was", "reason", "heard")}
        newer = upgrades.c.n < entry.excluded.n
        await connection.execute(entry.on_conflict_do_update(index_elements=["unit", "channel", "number"], set_=told, where=newer), rows)


async def held(connection: AsyncConnection, channel: str) -> dict[str, tuple[Rollout, int]]:
    """Every roll-out of *channel* by its number, with the percent that its permit gives."""
    rows = await connection.execute(select(rollouts).where(rollouts.c.channel == channel))
    return {
        row.number: (
            Rollout(
                row.channel,
                row.number,
                datetime.fromisoformat(row.since),
                row.stage,
                Going(row.going),
                row.reason,
                row.excused,
                datetime.fromisoformat(row.watched) if row.watched else None,
            ),
            row.percent,
        )
        for row in rows
    }


async def keep(connection: AsyncConnection, rollout: Rollout, percent: int, until: datetime) -> int:
    """Keep *rollout* with a new permit for *percent* that holds *until* then; returns the permit's number."""
    # Seconds, so that a registry whose backup was restored counts on from what its units have seen.
    n = max(int(await connection.scalar(select(func.max(rollouts.c.n))) or 0) + 1, int(until.timestamp()))
    told = {
        "going": rollout.going.value,
        "stage": rollout.stage,
        "since": rollout.since.isoformat(),
        "reason": rollout.reason,
        "excused": rollout.excused,
        "watched": rollout.watched.isoformat() if rollout.watched else None,
        "percent": percent,
        "n": n,
        "until": until.isoformat(),
    }
    entry = upsert(rollouts).values(channel=rollout.channel, number=rollout.number, **told)
    await connection.execute(entry.on_conflict_do_update(index_elements=["channel", "number"], set_=told))
    return n


async def note_silent(connection: AsyncConnection, rollout: Rollout, silent: tuple[str, ...]) -> None:
    """Keep which units of its stages are silent, for who asks; it changes no permit."""
    mine = (rollouts.c.channel == rollout.channel) & (rollouts.c.number == rollout.number)
    await connection.execute(update(rollouts).where(mine).values(silent=list(silent)))


async def permits(connection: AsyncConnection, signing: bytes) -> Mapping[str, tuple[int, str]]:
    """The newest permit of each channel, by its number and as it travels, signed by the registry's key (PEM)."""
    rows = await connection.execute(select(rollouts).order_by(rollouts.c.n))
    newest = {row.channel: row for row in rows}
    found = {}
    for channel, row in newest.items():
        until = datetime.fromisoformat(row.until)
        permit = Permit(channel=channel, release=row.number, percent=row.percent, n=row.n, until=until)
        found[channel] = row.n, sealed_permit(permit, signing)
    return found


async def running_out(connection: AsyncConnection, now: datetime, life: timedelta) -> Iterable[tuple[str, str]]:
    """The newest roll-out of each channel whose permit has lived half its *life*."""
    rows = await connection.execute(select(rollouts).order_by(rollouts.c.n))
    newest = {row.channel: row for row in rows}
    return [(row.channel, row.number) for row in newest.values() if datetime.fromisoformat(row.until) - now < life / 2]
