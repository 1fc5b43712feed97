"""Claims that come on a courier's stick, of prepared cards and of units that were forgotten: judged as from the network, and answered."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from bundle.errors import Refused
from bundle.parse import parse
from evidence.card import CLAIMS, CardAnswer
from evidence.report import MAX_ENROLMENT, Enrolment
from evidence.sealing import unseal
from evidence.signing import claimed, sign, thumbprint, verify
from registry.cards.claiming import file_claim
from registry.fleet.own_keys import OwnKeys
from registry.fleet.readmitting import admission, readmit
from registry.fleet.states import Link
from registry.fleet.stick_files import entries, put, read
from registry.storage.storage import Storage

MOST_CLAIMS = 5_000
_CLAIM = re.compile(r"([a-z0-9][a-z0-9-]{0,39})-[0-9a-f]{12}\.jwe")


@dataclass(frozen=True)
class FromCard:
    """One claim on the stick: *unit* was let in, or *why* not; *answered*: the registry's word is on the stick."""

    unit: str
    why: str = ""
    answered: bool = False


async def import_claims(stick: Path, storage: Storage, keys: OwnKeys, now: datetime, keep: bool) -> tuple[FromCard, ...]:
    """Judge every claim on *stick*; one that is answered leaves it, unless *keep*."""
    found = []
    for path in sorted(islice(entries(stick / CLAIMS), MOST_CLAIMS)):
        if named := _CLAIM.fullmatch(path.name):
            told = await _judged(path, named[1], storage, keys, now)
            found.append(told)
            if told.answered and not keep:
                with suppress(OSError):
                    path.unlink()
    return tuple(found)


async def _judged(path: Path, named: str, storage: Storage, keys: OwnKeys, now: datetime) -> FromCard:
    try:
        token = unseal(read(path).decode("ascii", "replace").strip(), keys.sealing).decode("ascii", "replace")
        enrolment = parse(Enrolment, claimed(token), path.name, MAX_ENROLMENT)
        verify(token, enrolment.key)
        if enrolment.card is None and enrolment.admission is None:
            return FromCard(named, f"{path.name}: không có thẻ / holds no card")
    except (Refused, OSError) as problem:
        # Whose it is nobody can tell, so there is nobody to answer.
        return FromCard(named, f"{path.name}: {problem}")
    why, kept = "", None
    try:
        kept = admission(await _filed(storage, keys, enrolment, token, now), keys)
    except Refused as refused:
        why = str(refused)
    answer = CardAnswer(unit=enrolment.unit, thumbprint=thumbprint(enrolment.key), accepted=not why, why=why or None, admission=kept)
    return FromCard(enrolment.unit, why, _answered(path, answer, keys))


async def _filed(storage: Storage, keys: OwnKeys, enrolment: Enrolment, token: str, now: datetime) -> Row[Any]:
    if enrolment.admission is not None:
        return await readmit(storage, keys.public, enrolment, token, now)
    return await file_claim(storage, keys.public, enrolment, token, Link.COURIER, now)


def _answered(path: Path, answer: CardAnswer, keys: OwnKeys) -> bool:
    try:
        put(path.parent, f"{path.stem}.jws", sign(answer.model_dump_json().encode(), keys.signing).encode())
    except OSError:
        return False
    return True
