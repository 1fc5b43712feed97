"""A unit enrols itself from a prepared card, without network: key, root, claim, ``unit.json`` last, so that any cut can be taken up."""

import hashlib
from datetime import datetime

from pydantic import ValidationError

from bundle.errors import refuse
from device.claim import Claim, write_claim
from device.durable import replace
from device.machine import serial
from device.own import read_own
from device.paths import Paths
from device.unit import UnitRecord, stored_unit, write_unit
from director.moment import Moment
from evidence.card import WHERE, Card, CardClaim, LabelWifi, PinDigest, Village, Way
from evidence.proving import card_of, in_time, prove
from evidence.records import ClockState
from evidence.report import Enrolment
from evidence.signing import public_jwk, sign
from provisioning.card.taking import Taken, read_taken
from provisioning.enrol import hardware, own_key, simulated_here
from provisioning.keeping import keep_key
from provisioning.service.replacing import replaces


def waiting(paths: Paths) -> Card | None:
    """The card with which this unit waits for its village, None when there is none, or it is enrolled.

    ``Refused`` when it is another machine's.
    """
    taken = read_taken(paths)
    return None if taken is None or stored_unit(paths) is not None else _card(paths, taken)


def label_pin(paths: Paths) -> PinDigest | None:
    """What proves the service PIN of this unit's label, None when it was not started with a prepared card."""
    try:
        return read_own(PinDigest, paths.label_pin)
    except (OSError, ValidationError):
        card = waiting(paths)
        return card.pin if card is not None else None


def label_wifi(paths: Paths) -> LabelWifi | None:
    """The unit's own Wi-Fi as its label says it, None when it was not started with a prepared card, or one that is older."""
    try:
        return read_own(LabelWifi, paths.label_wifi)
    except (OSError, ValidationError):
        taken = read_taken(paths)
        return taken.hotspot if taken is not None and waiting(paths) is not None else None


def enrol_by_card(paths: Paths, place: str | None, moment: Moment) -> UnitRecord | None:
    """Enrol at *place*; None when there is no card, or nobody has chosen yet among several villages.

    ``Refused`` when the card is another machine's, too old, or not for *place*; then nothing has changed.
    """
    taken = read_taken(paths)
    if taken is None:
        return None
    record = stored_unit(paths)
    if record is not None:
        # Cut off between the last two steps.
        paths.card_taken.unlink(missing_ok=True)
        return record
    card = _card(paths, taken)
    in_time(card, _first_day(taken, moment, card.made))
    if place is None and len(card.villages) > 1:
        return None
    village = card.village(place) if place is not None else card.villages[0]
    return _settle(paths, taken, card, village, moment)


def _settle(paths: Paths, taken: Taken, card: Card, village: Village, moment: Moment) -> UnitRecord:
    simulated, key = simulated_here(paths), _key(paths, taken, card)
    record = UnitRecord(
        unit=card.unit,
        registry=card.registry,
        content=card.content,
        place=village.place,
        place_name=village.name,
        channels=village.channels,
        languages=village.languages,
        enrolled_at=moment.wall,
        root_fingerprint=hashlib.sha256(card.root.encode()).hexdigest(),
        simulated_hardware=simulated,
        registry_keys=card.keys,
        serial=taken.serial,
    )
    # Of an enrolment before this one.
    paths.admission.unlink(missing_ok=True)
    replace(paths.root_json, card.root.encode())
    replace(paths.label_pin, card.pin.model_dump_json().encode(), 0o600)
    if taken.hotspot is not None:
        replace(paths.label_wifi, taken.hotspot.model_dump_json().encode(), 0o600)
    write_claim(paths, _claim(taken, card, village, key, record, replaces(paths)))
    # Last: a unit.json says that everything before it is in place.
    write_unit(paths, record)
    paths.card_taken.unlink(missing_ok=True)
    return record


def _claim(taken: Taken, card: Card, village: Village, key: bytes, record: UnitRecord, old: str | None) -> Claim:
    own = public_jwk(key)
    told = CardClaim(
        statement=taken.statement, proof=prove(card, taken.key.encode(), own), place=village.place, first_boot=taken.first_boot
    )
    enrolment = Enrolment(unit=card.unit, key=own, hardware=hardware(), serial=taken.serial, card=told, replaces=old)
    token = sign(enrolment.model_dump_json(exclude_none=True).encode(), key)
    return Claim(token=token, enrolled_at=record.enrolled_at, first_boot=taken.first_boot, days=card.days)


def _card(paths: Paths, taken: Taken) -> Card:
    if taken.serial is not None and taken.serial != serial(paths):
        what = f"thẻ này đã chạy trong máy khác ({taken.serial}) / this card was started in another machine ({taken.serial})"
        raise refuse(WHERE, what, "lắp lại vào đúng máy đó, hoặc dùng thẻ mới / put it back there, or use a fresh card")
    return card_of(taken.statement)


def _first_day(taken: Taken, moment: Moment, made: datetime) -> datetime:
    """When the unit was started first, as far as anybody knows."""
    return next((each.wall for each in (taken.first_boot, moment) if each.state is not ClockState.UNKNOWN), made)


def _key(paths: Paths, taken: Taken, card: Card) -> bytes:
    if card.way is Way.PRE_AUTHORISED:
        return own_key(paths)
    if not paths.key.exists() or paths.key.read_bytes() != taken.key.encode():
        keep_key(paths, taken.key.encode())
    return taken.key.encode()
