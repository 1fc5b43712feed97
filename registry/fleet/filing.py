"""Filing a batch of signed reports, by whatever road it came: what is good is durable when this returns, each report once."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bundle.errors import Refused, refuse
from evidence.records import Upgraded
from registry.fleet.intake import Claim, Proven, prove, read_claim
from registry.fleet.keeping import is_kept, keep, kept
from registry.fleet.revoked import refusal, replaced, showed_up
from registry.fleet.tables import units
from registry.storage.storage import Storage

log = logging.getLogger(__name__)


@dataclass
class Filed:
    """What became of a batch: report numbers that are *new* here and that were *known*, and by place in the batch why one was *refused*.

    *kept* is how far each journal of *unit* is here without a hole; *channels* are the unit's own. *permit* is the newest one that it
    holds, and *upgraded*: it told what became of a release. *stranger*: nobody here knows the unit that the batch names.
    """

    unit: str = ""
    kept: dict[str, int] = field(default_factory=dict)
    new: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    permit: int | None = None
    upgraded: bool = False
    stranger: bool = False


async def file_batch(storage: Storage, tokens: tuple[str, ...], now: datetime) -> Filed:
    """File the signed reports in *tokens*, all of one unit."""
    filed = Filed()
    claims: list[Claim] = []
    for index, token in enumerate(tokens):
        try:
            claims.append(read_claim(index, token))
        except Refused as problem:
            filed.refused[index] = str(problem)
    claims = await _without_replaced(storage, claims, filed.refused, now)
    keys = await _keys(storage, claims)
    filed.stranger = any(claim.report.unit not in keys for claim in claims)
    proven = _prove(claims, keys, filed.refused)
    if not proven:
        return filed
    filed.unit = proven[0].report.unit
    async with storage.writing() as connection:
        for each in proven:
            known = await is_kept(connection, each.report)
            complaint = _stranger(each, filed.unit) or await keep(connection, each, now)
            if complaint:
                filed.refused[each.index] = str(complaint)
            else:
                (filed.known if known else filed.new).append(each.report.n)
                filed.permit = each.report.permit
                filed.upgraded |= any(isinstance(entry.line, Upgraded) for entry in each.report.lines)
        filed.kept = await kept(connection, filed.unit)
        filed.channels = tuple(await connection.scalar(select(units.c.channels).where(units.c.unit == filed.unit)) or ())
    for place, why in filed.refused.items():
        log.warning("report %s of a batch of %s refused: %s", place, filed.unit, why)
    return filed


async def _without_replaced(storage: Storage, claims: list[Claim], refused: dict[int, str], now: datetime) -> list[Claim]:
    """The claims but those of units that were replaced; that one of these still runs somewhere is written down."""
    async with storage.reading() as connection:
        void = await replaced(connection, (claim.report.unit for claim in claims))
    left = []
    for claim in claims:
        try:
            why = refusal(claim, void)
        except Refused as forged:
            refused[claim.index] = str(forged)
            continue
        if why is None:
            left.append(claim)
            continue
        refused[claim.index] = str(why)
        async with storage.writing() as connection:
            await showed_up(connection, claim.report.unit, void[claim.report.unit][1], now)
    return left


async def _keys(storage: Storage, claims: list[Claim]) -> dict[str, dict[str, Any]]:
    async with storage.reading() as connection:
        named = {claim.report.unit for claim in claims}
        # Whoever found the broken unit has its key as well: with the replacement it is worth nothing any more.
        believed = units.c.unit.in_(named) & units.c.replaced_by.is_(None)
        return {row.unit: row.key for row in await connection.execute(select(units.c.unit, units.c.key).where(believed))}


def _prove(claims: list[Claim], keys: Mapping[str, dict[str, Any]], refused: dict[int, str]) -> list[Proven]:
    proven = []
    for claim in claims:
        try:
            proven.append(prove(claim, keys))
        except Refused as problem:
            refused[claim.index] = str(problem)
    return proven


def _stranger(proven: Proven, unit: str) -> Refused | None:
    # The acknowledgement names the lines of one unit; a second unit in the batch would be told another's.
    if proven.report.unit == unit:
        return None
    return refuse("unit", "một gói chỉ của một thiết bị / one batch is of one unit", "gửi riêng / send it separately")
