"""Filing a batch of signed reports, by whatever road it came: what is good is durable when this returns, each report once."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DataError
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import Complaint, Refused, refuse
from evidence.records import Upgraded
from registry.fleet.doubts import Doubt, Doubted, remember
from registry.fleet.holding import Holding, Taken
from registry.fleet.intake import MAX_BODY, MOST_UNPACKED, Claim, Contradiction, ForeignKey, Proven, prove, read_claim, unknown
from registry.fleet.keeping import keep
from registry.fleet.revoked import revoked, showed_up
from registry.fleet.states import Link
from registry.fleet.tables import units
from registry.storage.storage import Storage

log = logging.getLogger(__name__)

_UNKEEPABLE = (OverflowError, DataError)
BREATH = 16
"""So many batches are proven at a stretch: some two milliseconds."""
LONG = 16 * 1024
"""Bytes of a report after which everybody else has a turn: some of these take as long as a hundred others."""


@dataclass
class Filed:
    """What became of a batch: report numbers that are *new* here and that were *known*, and by place in the batch why one was *refused*.

    *kept* is how far each journal of *unit* is here without a hole; *channels* are the unit's own. *permit* is the newest one that it
    holds, and *upgraded*: it told what became of a release. *stranger*: nobody here knows the unit that the batch names.
    *lacks_full*: what is newest here is a short report of the batch whose full one is not. *doubts* are what somebody must look into.
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
    lacks_full: bool = False
    doubts: set[Doubted] = field(default_factory=set)


@dataclass(frozen=True)
class Mail:
    """A batch as it came by *road*: what its reports claim, and by place in the batch why one was refused unread.

    *unit* is the one that it is of, where a part of it proved that already.
    """

    claims: tuple[Claim, ...]
    refused: Mapping[int, str]
    road: Link = Link.NETWORK
    unit: str = ""


def opened(tokens: Sequence[str], road: Link = Link.NETWORK) -> Mail:
    """The batch of signed reports in *tokens* that came by *road*, of which nothing is believed yet.

    Over the network anybody may send: what a batch unpacks to is bounded. A stick is read by a command of its own.
    """
    claims, refused = [], {}
    left = MOST_UNPACKED if road is Link.NETWORK else MAX_BODY * len(tokens)
    for index, token in enumerate(tokens):
        try:
            claims.append(read_claim(index, token, left))
            left -= len(claims[-1].document)
        except Refused as problem:
            refused[index] = str(problem)
    return Mail(tuple(claims), refused, road)


async def file_batch(storage: Storage, tokens: Sequence[str], now: datetime, road: Link = Link.NETWORK) -> Filed:
    """File the signed reports in *tokens*, all of one unit, that came by *road*."""
    (filed,) = await file_group(storage, (opened(tokens, road),), now)
    return filed


async def file_group(storage: Storage, group: Sequence[Mail], now: datetime) -> list[Filed]:
    """File every batch of *group*, each of one unit, in one transaction and in this order; what became of each.

    A report that says what no database holds (a number of twenty digits, a NUL) is refused, and everything else is filed.
    """
    try:
        return await _together(storage, group, now)
    except _UNKEEPABLE as problem:
        if len(group) > 1:
            return [(await file_group(storage, [mail], now))[0] for mail in group]
        (mail,) = group
        if len(mail.claims) > 1:
            return [await _one_by_one(storage, mail, now)]
        return [_unkeepable(mail, problem)]


async def _together(storage: Storage, group: Sequence[Mail], now: datetime) -> list[Filed]:
    async with storage.reading() as connection:
        enrolled = await _enrolled(connection, sorted({claim.unit for mail in group for claim in mail.claims}))
    proofs = []
    for place, mail in enumerate(group, 1):
        proofs.append(await _prove(mail, enrolled))
        if place % BREATH == 0:
            # Proving takes longer than all the rest: whoever else is served here has a turn between.
            await asyncio.sleep(0)
    proven = [each for proof in proofs for each in proof.proven]
    old = {unit: by for proof in proofs for unit, by in proof.replaced.items()}
    if proven or old:
        async with storage.writing() as connection:
            for unit, by in sorted(old.items()):
                await showed_up(connection, unit, by, now)
            holdings, outcomes = await keep(connection, proven, now)
        told = iter(outcomes)
        for proof in proofs:
            _tell(proof, holdings, [next(told) for _ in proof.proven])
    await remember(storage, {doubt for proof in proofs for doubt in proof.filed.doubts}, now)
    return [proof.filed for proof in proofs]


def _unkeepable(mail: Mail, problem: Exception) -> Filed:
    what = f"có số hay chữ không lưu được / a number or letter in it cannot be kept ({type(problem).__name__})"
    why = str(refuse("report", what, "cập nhật phần mềm thiết bị / update the unit's software"))
    log.warning("a report of %s refused: %s", [claim.unit for claim in mail.claims], problem)
    return Filed(refused={**mail.refused, **{claim.index: why for claim in mail.claims}})


async def _one_by_one(storage: Storage, mail: Mail, now: datetime) -> Filed:
    """File each claim of *mail* by itself, all of the unit whose report is proven first."""
    whole = Filed(refused=dict(mail.refused))
    for claim in mail.claims:
        (part,) = await file_group(storage, [Mail((claim,), {}, mail.road, whole.unit)], now)
        whole.refused |= part.refused
        whole.stranger |= part.stranger
        whole.doubts |= part.doubts
        if part.unit:
            whole.unit, whole.kept, whole.channels, whole.permit = part.unit, part.kept, part.channels, part.permit
            whole.new += part.new
            whole.known += part.known
            whole.upgraded |= part.upgraded
    return whole


@dataclass
class _Proof:
    """What is proven of a batch, which is of *unit* as soon as that is known; *replaced* units signed in it as well: by whom they were."""

    filed: Filed
    unit: str
    proven: list[Proven] = field(default_factory=list)
    replaced: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Enrolled:
    key: dict[str, Any]
    replaced_by: str | None


async def _enrolled(connection: AsyncConnection, named: Sequence[str]) -> dict[str, _Enrolled]:
    query = select(units.c.unit, units.c.key, units.c.replaced_by).where(units.c.unit.in_(named))
    return {unit: _Enrolled(key, by) for unit, key, by in await connection.execute(query)}


async def _prove(mail: Mail, enrolled: Mapping[str, _Enrolled]) -> _Proof:
    proof = _Proof(Filed(refused=dict(mail.refused)), mail.unit)
    for claim in mail.claims:
        try:
            _prove_one(claim, mail.road, enrolled.get(claim.unit), proof)
        except Refused as problem:
            proof.filed.refused[claim.index] = str(problem)
        if len(claim.document) > LONG:
            await asyncio.sleep(0)
    if proof.proven:
        proof.filed.unit = proof.unit
    return proof


def _prove_one(claim: Claim, road: Link, enrolled: _Enrolled | None, proof: _Proof) -> None:
    unit = claim.unit
    if enrolled is None:
        proof.filed.stranger = True
        proof.filed.doubts.add((unit, Doubt.UNKNOWN))
        raise unknown(unit)
    try:
        proven = prove(claim, enrolled.key, road)
    except ForeignKey:
        proof.filed.doubts.add((unit, Doubt.FOREIGN_KEY))
        raise
    if enrolled.replaced_by is not None:
        # Whoever found the broken unit has its key as well: with the replacement it is worth nothing any more.
        proof.replaced[unit] = enrolled.replaced_by
        proof.filed.doubts.add((unit, Doubt.REVOKED))
        raise revoked(unit, enrolled.replaced_by)
    if (proof.unit or unit) != unit:
        # The acknowledgement names the lines of one unit; a second unit in the batch would be told another's.
        raise refuse("unit", "một gói chỉ của một thiết bị / one batch is of one unit", "gửi riêng / send it separately")
    proof.proven.append(proven)
    proof.unit = unit


def _tell(proof: _Proof, holdings: Mapping[str, Holding], outcomes: Iterable[Taken | Complaint]) -> None:
    filed = proof.filed
    for proven, outcome in zip(proof.proven, outcomes, strict=True):
        if isinstance(outcome, Complaint):
            filed.refused[proven.index] = str(outcome)
            if isinstance(outcome, Contradiction):
                filed.doubts.add((proven.report.unit, Doubt.CLONED))
            continue
        (filed.known if outcome.known else filed.new).append(proven.report.n)
        filed.permit = proven.report.permit
        filed.upgraded |= any(isinstance(entry.line, Upgraded) for entry in proven.report.lines)
    if (holding := holdings.get(filed.unit)) is not None:
        filed.kept, filed.channels = dict(holding.kept), holding.channels
        # Of the batch itself: what is older or by a clock that was wrong may stay newest, and a full one would not change that.
        newest = holding.newest
        filed.lacks_full = newest is not None and newest.since is not None and newest.n in (*filed.new, *filed.known)
    for place, why in filed.refused.items():
        log.warning("report %s of a batch of %s refused: %s", place, filed.unit, why)
