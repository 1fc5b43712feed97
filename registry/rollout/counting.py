"""What the database knows of a release: which units found it good, which went back, and which were heard and are heard no more."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.software import Release
from evidence.records import Upgrade
from registry.fleet.states import OURS, Link
from registry.fleet.tables import units
from registry.rollout.judging import Counts, Rollout
from registry.rollout.silence import Group, Spread, longest
from registry.rollout.tables import upgrades

FAILED = (Upgrade.REVERTED, Upgrade.REFUSED)


async def counts(connection: AsyncConnection, release: Release, rollout: Rollout, now: datetime) -> Counts:
    """What is known of *release* at *now*, in the stage in which *rollout* stands."""
    mine = (upgrades.c.channel == release.channel) & (upgrades.c.number == release.number)
    outcome = {row.unit: Upgrade(row.outcome) for row in await connection.execute(select(upgrades.c.unit, upgrades.c.outcome).where(mine))}
    query = select(units.c.unit, units.c.channels, units.c.link, units.c.contact).where(units.c.replaced_by.is_(None))
    followers = [row for row in await connection.execute(query) if release.channel in row.channels]
    stages = {row.unit: release.stage_of(row.unit) for row in followers}
    staged = [unit for unit, stage in stages.items() if stage <= rollout.stage]
    since = rollout.watched or rollout.since
    unheard = {row.unit: now - contact for row in followers if row.contact and (contact := datetime.fromisoformat(row.contact)) >= since}
    silent = {row.unit for row in followers if row.unit in unheard and unheard[row.unit] > longest(release.health, OURS.of(Link(row.link)))}

    def group(of: Iterable[int]) -> Group:
        mine = {unit for unit in unheard if stages[unit] in of}
        return Group(len(mine), len(mine & silent))

    return Counts(
        units=len(staged),
        good=sum(outcome.get(unit) is Upgrade.GOOD and unit not in silent for unit in staged),
        failed=sum(found in FAILED for found in outcome.values()),
        spread=Spread(
            earlier=group(range(rollout.stage)),
            present=group((rollout.stage,)),
            outside=group(range(rollout.stage + 1, len(release.stages))),
        ),
        silent=tuple(sorted(silent.intersection(staged))),
    )
