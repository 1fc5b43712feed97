"""One step of all roll-outs: what was signed begins, a stage that is good long enough gives way to the next, a bad one halts."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.software import Release, rank
from registry.rollout.counting import counts
from registry.rollout.judging import Going, Rollout, judged
from registry.rollout.keeping import held, keep, note_silent, running_out

log = logging.getLogger(__name__)


async def step(connection: AsyncConnection, releases: Mapping[str, Release], now: datetime, life: timedelta, chance: float) -> bool:
    """Judge the signed *releases* by channel; permits live for *life*. Whether any permit is another one now.

    *chance*: as likely silence may be by a lot alone without halting one (``registry.rollout.silence``).
    """
    changed = False
    for channel, release in sorted(releases.items()):
        changed = await _one(connection, channel, release, now, life, chance) or changed
    for channel, number in await running_out(connection, now, life):
        rollout, percent = (await held(connection, channel))[number]
        await keep(connection, rollout, percent, now + life)
        changed = True
    return changed


async def _one(connection: AsyncConnection, channel: str, release: Release, now: datetime, life: timedelta, chance: float) -> bool:
    found = await held(connection, channel)
    changed = False
    for rollout, _ in found.values():
        if rollout.number != release.number and rollout.going is not Going.OVERTAKEN:
            await keep(connection, replace(rollout, going=Going.OVERTAKEN), 0, now + life)
            changed = True
    if release.number not in found and any(rank(number) > rank(release.number) for number in found):
        # A release tree that was put back to an older day: what spread already is not called back by it.
        return changed
    before, percent = found.get(release.number, (None, -1))
    began = max(now, release.since)
    rollout = before or Rollout(channel, release.number, began, watched=began)
    found_now = await counts(connection, release, rollout, now)
    after = judged(rollout, release, found_now, now, chance)
    if after != before or after.percent(release) != percent:
        log.info("%s %s: %s, %s %%", channel, release.number, after.going.value, after.percent(release))
        await keep(connection, after, after.percent(release), now + life)
        changed = True
    await note_silent(connection, after, found_now.silent)
    return changed
