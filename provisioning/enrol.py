"""Enrolling one unit: its own key first, the checked root next, ``unit.json`` last, so that any cut can be taken up again."""

import hashlib
import logging
import platform
import unicodedata
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bundle.base import UnitId
from bundle.errors import Refused, refuse
from device.durable import replace
from device.machine import serial
from device.paths import Paths
from device.screen import ScreenDriver
from device.settings import ClockDriver, PinFactory, Settings, SoundDriver, load_settings
from device.unit import UnitRecord, stored_unit, write_unit
from evidence.report import Enrolled, Enrolment
from evidence.signing import fingerprint, new_key, public_jwk, sign, thumbprint
from provisioning.grant import Grant
from provisioning.keeping import keep_key, other_machine, share_key

log = logging.getLogger(__name__)
Send = Callable[[str, str], Awaitable[Enrolled]]
MODEL = Path("/proc/device-tree/model")


async def enrol(paths: Paths, grant: Grant, unit: str | None, now: datetime, send: Send) -> UnitRecord:
    """Enrol this unit with *grant*; *send* carries the request. Called again after a cut, it goes on where it was.

    ``Refused`` when the settings, the name, the registry or the root's fingerprint say no: what was in force stays.
    """
    simulated_here(paths)
    key = own_key(paths)
    name = own_name(unit, enrolment_before(paths), key)
    request = Enrolment(unit=name, grant=grant.secret, key=public_jwk(key), hardware=hardware())
    answer = await send(grant.url, sign(request.model_dump_json().encode(), key))
    return settle(paths, _checked_root(answer, grant, name), answer, grant.url, now)


def settle(paths: Paths, root: bytes, answer: Enrolled, registry: str, now: datetime) -> UnitRecord:
    """Keep what the *registry* answered, with the *root* that was checked, durably; called again after a cut it does the same."""
    before, machine = enrolment_before(paths), serial(paths)
    same_site = before is not None and (before.place, before.serial) == (answer.place, machine)
    record = UnitRecord(
        unit=answer.unit,
        registry=registry,
        content=answer.content,
        place=answer.place,
        place_name=answer.place_name,
        channels=answer.channels,
        languages=answer.languages,
        enrolled_at=now,
        root_fingerprint=hashlib.sha256(root).hexdigest(),
        simulated_hardware=simulated_here(paths),
        registry_keys=answer.keys,
        ear=before.ear if before else None,
        # Another place has other neighbours, another machine other wiring: their horns wait for a technician again.
        confirmed=before.confirmed if before and same_site else None,
        serial=machine,
    )
    replace(paths.root_json, root)
    _keep_admission(paths, answer)
    # Last: a unit.json says that everything before it is in place.
    write_unit(paths, record)
    return record


def _keep_admission(paths: Paths, answer: Enrolled) -> None:
    """Keep what the registry signed for this unit: it is let in again by it where a restored database has forgotten it."""
    if answer.admission is None:
        paths.admission.unlink(missing_ok=True)
    else:
        replace(paths.admission, answer.admission.encode())


def own_key(paths: Paths) -> bytes:
    """This unit's private key, made on first use; a try that was cut off finds its own key again.

    Until it is enrolled it is this very machine's: on a card that was copied after its first start a new one is drawn.
    """
    if not paths.key.exists() or _copied(paths):
        keep_key(paths, new_key())
    share_key(paths)
    key = paths.key.read_bytes()
    try:
        public_jwk(key)
    except Refused:
        raise refuse(
            str(paths.key),
            "khóa của thiết bị bị hỏng / the unit's key is damaged",
            "xoá tệp này rồi đăng ký lại với tên mới / remove it and enrol again under a new name",
        ) from None
    return key


def _copied(paths: Paths) -> bool:
    """Whether the key came with a copied card; what was under way with it is given up then."""
    made = other_machine(paths)
    if made is None or enrolment_before(paths) is not None:
        return False
    told = "khóa được tạo trong máy khác (%s): tạo khóa mới / the key was made in another machine (%s): a new one is drawn"
    log.warning(told, made, made)
    paths.pairing.unlink(missing_ok=True)
    return True


def enrolment_before(paths: Paths) -> UnitRecord | None:
    """The enrolment that a new one replaces; one that is damaged is none, and to enrol again is what helps."""
    try:
        return stored_unit(paths)
    except Refused:
        return None


def simulated_here(paths: Paths) -> tuple[str, ...]:
    """What is not real of the hardware that ``unit.toml`` names; nothing while there is none. ``Refused`` when it is wrong."""
    return simulations(load_settings(paths.unit_toml)) if paths.unit_toml.exists() else ()


def simulations(settings: Settings) -> tuple[str, ...]:
    """What of this unit's hardware is not real."""
    found = {
        "screen": settings.screen.driver is ScreenDriver.HEADLESS,
        "sound": settings.sound.driver is SoundDriver.DISK,
        "microphone": settings.microphone is not None and settings.microphone.driver is SoundDriver.DISK,
        "pins": settings.pins.factory is PinFactory.MOCK,
        "clock": settings.clock.driver is ClockDriver.SHIFTED,
    }
    return tuple(name for name, simulated in found.items() if simulated)


def hardware() -> str:
    """What machine this is, in one line."""
    try:
        model = MODEL.read_text(encoding="utf-8", errors="replace").strip("\0 \n")
    except OSError:
        model = f"{platform.system()} {platform.machine()}"
    return unicodedata.normalize("NFC", " ".join(model.split()))[:300] or "?"


def own_name(unit: str | None, before: UnitRecord | None, key: bytes) -> str:
    """The name that was chosen, else the one it had, else one from its *key*; ``Refused`` when it is no name."""
    if unit is None:
        # From the key, so that every try after a cut says the same name.
        return before.unit if before else "bt-" + hashlib.sha256(thumbprint(public_jwk(key)).encode()).hexdigest()[:10]
    try:
        return TypeAdapter(UnitId).validate_python(unit)
    except ValidationError:
        raise refuse(
            "--unit",
            f"tên {unit!r} không dùng được / the name {unit!r} cannot be used",
            "chữ thường a-z, số và dấu gạch ngang, tối đa 40 / small letters a-z, digits and hyphens, at most 40",
        ) from None


def _checked_root(answer: Enrolled, grant: Grant, name: str) -> bytes:
    root = answer.root.encode()
    if fingerprint(root) != grant.fingerprint:
        raise refuse(
            "root.json",
            "gốc tin cậy không khớp vân tay trong mã: có thể có người đứng giữa"
            " / the trust root does not match the grant's fingerprint: somebody may stand between",
            "không dùng mạng này; hỏi người quản lý / do not use this network; ask the registry",
        )
    if answer.unit != name:
        raise refuse(
            grant.url, f"trả lời cho {answer.unit}, không phải {name} / answered for {answer.unit}, not {name}", "thử lại / try again"
        )
    return root
