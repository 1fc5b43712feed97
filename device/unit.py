"""Who this unit is: its enrolment in ``unit.json``, written by provisioning and read by all."""

import json
from typing import Annotated

from pydantic import Field, ValidationError
from tinydb import TinyDB
from tinydb.table import Document

from bundle.area import AreaCode
from bundle.base import Instant, Language, Line, Model, Sha256, UnitId
from bundle.errors import Refused, refuse
from bundle.parse import complaints
from device.candidate import key
from device.durable import DurableStorage
from device.errors import ShelfDamaged
from device.machine import serial
from device.own import own
from device.paths import Paths
from device.settings import Settings
from director.programme import Site
from evidence.keys import RegistryKeys

UNCONFIRMED = "unconfirmed: kỹ thuật viên chưa xác nhận nơi lắp / no technician has confirmed the site"
"""The reason that every program gives for its silence; the registry knows it by the word before the colon."""
NOT_ENROLLED = "thiết bị chưa ghi danh / the unit is not enrolled"
"""The reason that every program gives before the unit was let in."""
ATTENTION_AND_DECODING = 8.0
"""Seconds before speech that are not warm-up: the longest attention signal, and opening the clip on a slow card."""


class EarCalibration(Model):
    """How loud the horn's test signal was at the unit's own microphone, with the *noise* beside it, both in dBFS."""

    tone: Annotated[float, Field(ge=-120, le=20)]
    noise: Annotated[float, Field(ge=-200, le=20)]
    at: Instant
    person: Line


class UnitRecord(Model):
    """The enrolment: base URLs of *registry* and *content*, the village's *place* and *languages* in its order.

    *channels* widest first; *root_fingerprint* is the SHA-256 of the trust root; *simulated_hardware* names what is not real.
    *registry_keys* are for what a courier carries; a unit that was enrolled before there were such has none. *ear* is missing until
    a technician calibrated it, and *confirmed* until one confirmed the site: before that nothing sounds. *serial* is that of
    the machine that was enrolled, None where it tells none: its card is refused in another one.
    """

    unit: UnitId
    registry: Line
    content: Line
    place: AreaCode
    place_name: Line
    channels: tuple[AreaCode, ...]
    languages: tuple[Language, ...]
    enrolled_at: Instant
    root_fingerprint: Sha256
    simulated_hardware: tuple[Line, ...] = ()
    registry_keys: RegistryKeys | None = None
    ear: EarCalibration | None = None
    confirmed: Instant | None = None
    serial: Line | None = None


def read_unit(paths: Paths) -> UnitRecord | None:
    """The enrolment, ``None`` before there is one; ``Refused`` when the file is there and cannot be believed, or is another machine's."""
    record = stored_unit(paths)
    if record is not None and record.serial not in (None, serial(paths)):
        what = f"thẻ này của máy khác, {record.unit} / this card belongs to another machine, {record.unit}"
        do = "lắp lại thẻ vào đúng máy; máy đó hỏng thì dùng thẻ mới / put it back there; if that machine is broken use a fresh card"
        raise refuse("thẻ nhớ / card", what, do)
    return record


def stored_unit(paths: Paths) -> UnitRecord | None:
    """The enrolment as it is stored, whatever machine this is."""
    if not paths.unit_json.exists() and not paths.unit_json.with_name("unit.json.previous").exists():
        return None
    try:
        with TinyDB(paths.unit_json, storage=DurableStorage) as database:
            document = database.table("unit").get(doc_id=1)
        return own(UnitRecord, json.dumps(document)) if isinstance(document, Document) else None
    except ShelfDamaged as problem:
        raise refuse(str(paths.unit_json), str(problem), "ghi danh lại thiết bị / enrol the unit again") from None
    except ValidationError as problem:
        raise Refused(*complaints(problem, str(paths.unit_json))) from None


class Enrolment:
    """Whether the enrolment is still the one that it was at the beginning; asked ten times a second."""

    def __init__(self, paths: Paths) -> None:
        self._files = (paths.unit_json, paths.root_json)
        self._seen = self._keys()

    @property
    def changed(self) -> bool:
        """Whether a file of it was replaced since: what was made of it must be made anew."""
        return self._keys() != self._seen

    def _keys(self) -> tuple[object, ...]:
        return tuple(key(path) for path in self._files)


def write_unit(paths: Paths, record: UnitRecord) -> None:
    """Keep *record* durably."""
    # One write of the storage, not TinyDB's two: the first of those would leave an empty previous generation.
    DurableStorage(paths.unit_json).write({"unit": {"1": record.model_dump(mode="json")}})


def site(record: UnitRecord, settings: Settings) -> Site:
    """Where the unit stands, as the director wants it; the lead covers the slowest amplifier and the way to the horn."""
    lead = max((amplifier.warm_up for amplifier in settings.amplifier), default=0.0) + ATTENTION_AND_DECODING
    lead += (settings.sound.latency_ms or 0.0) / 1000
    zones = tuple(dict.fromkeys(amplifier.zone for amplifier in settings.amplifier))
    return Site(
        record.unit,
        record.place,
        record.place_name,
        record.channels,
        record.languages,
        lead=lead,
        zones=zones,
        confirmed=record.confirmed is not None,
    )
