"""At each start, as root: what the boot partition says is taken over, and its secrets are taken off it. Any cut can be taken up again."""

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pwd import getpwnam
from typing import Annotated

from pydantic import Field, ValidationError

from bundle.base import Line
from bundle.errors import Complaint, Refused, refuse
from bundle.parse import parse
from device.durable import replace
from device.machine import serial
from device.own import read_own
from device.paths import Paths
from device.unit import stored_unit
from director.moment import Moment
from evidence.card import ANOTHER, MAX_STATEMENT, WHERE, Card, CardFile
from evidence.proving import card_of
from evidence.records import Stamp
from evidence.signing import public_jwk
from provisioning.boot_file import BootFile, boot_file_of, boot_text
from provisioning.card import network
from provisioning.card.wiping import wipe
from provisioning.card.wiring import merge

log = logging.getLogger(__name__)

OWNER = "bangtin-provision"
MOST = MAX_STATEMENT + 4096


class Taken(CardFile):
    """``/var/lib/bangtin/card.json``: what was on the boot partition, when the unit started with it first, and in which machine."""

    first_boot: Stamp
    serial: Annotated[Line, Field(max_length=300)] | None = None


def take_over(paths: Paths, moment: Moment) -> bool:
    """Take over whatever is new; whether the wiring changed. ``Refused`` with everything that is wrong: of that, the old stays.

    Raises ``OSError`` when a card takes no writes; what else can be done is done before.
    """
    wrong: list[Complaint] = []
    unwritten: list[OSError] = []
    changed, boot, text = False, None, None
    with _gathered(wrong, unwritten):
        text = boot_text(paths.boot_toml)
        boot = None if text is None else boot_file_of(text, paths.boot_toml)
    with _gathered(wrong, unwritten):
        changed = boot is not None and text is not None and merge(paths, text)
    with _gathered(wrong, unwritten):
        # Whole or not at all: with a table that is refused, nothing of the file counts.
        if boot is not None and boot.wifi is not None and text is not None and not wrong:
            network.take_over(paths, boot.wifi, text)
    with _gathered(wrong, unwritten):
        take_card(paths, boot, moment)
    if unwritten:
        raise unwritten[0]
    if wrong:
        raise Refused(*wrong)
    return changed


@contextmanager
def _gathered(wrong: list[Complaint], unwritten: list[OSError]) -> Iterator[None]:
    """What fails here is told at the end: a boot partition that nobody can write must not keep a unit from enrolling."""
    try:
        yield
    except Refused as refused:
        wrong += refused.complaints
    except OSError as problem:
        unwritten.append(problem)


def take_card(paths: Paths, boot: BootFile | None, moment: Moment) -> None:
    """Move a prepared card's secret from the boot partition to where only provisioning reads it; nothing when there is no card.

    ``Refused`` as :func:`card_on_boot`: then it stays where it is.
    """
    found = card_on_boot(paths, boot)
    if found is None:
        return
    held = read_taken(paths)
    if stored_unit(paths) is None and (held is None or held.statement != found.statement):
        taken = Taken(statement=found.statement, key=found.key, hotspot=found.hotspot, first_boot=moment.stamp(), serial=serial(paths))
        replace(paths.card_taken, taken.model_dump_json().encode(), 0o600)
        log.info("card taken over from %s", paths.card_json)
    with suppress(KeyError, PermissionError, FileNotFoundError):
        # There is no such user where a developer runs it. Others may write in that folder: a link there is not followed.
        os.chown(paths.card_taken, getpwnam(OWNER).pw_uid, -1, follow_symlinks=False)
    wipe(paths.card_json)


def card_on_boot(paths: Paths, boot: BootFile | None) -> CardFile | None:
    """The card that still lies on the boot partition, beside the file *boot*.

    ``Refused`` when it is none, another registry's than *boot* says, or the unit is enrolled as another one.
    """
    try:
        with paths.card_json.open("rb") as file:
            raw = file.read(MOST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    found = parse(CardFile, raw, WHERE, MOST)
    card = card_of(found.statement)
    # Found out here, and not by the registry some weeks later.
    if public_jwk(found.key.encode()) != card.key:
        raise refuse(WHERE, "khóa trên thẻ không khớp với thẻ / the key is not that of the card", ANOTHER)
    _same_registry(card, boot)
    before = stored_unit(paths)
    if before is not None and before.unit != card.unit:
        what = f"thiết bị đã ghi danh là {before.unit} / the unit is enrolled as {before.unit}"
        raise refuse(WHERE, what, "xoá card.json khỏi thẻ / remove card.json from the card")
    return found


def read_taken(paths: Paths) -> Taken | None:
    """The card that waits for its village, None when there is none; a damaged one is none. ``Refused`` to whoever may not read it."""
    try:
        return read_own(Taken, paths.card_taken)
    except (FileNotFoundError, ValidationError):
        return None
    except PermissionError as problem:
        what = f"không đọc được / cannot be read: {problem.strerror}"
        raise refuse(str(paths.card_taken), what, "chạy bằng quyền lắp đặt / run as technician") from None


def _same_registry(card: Card, boot: BootFile | None) -> None:
    if boot is None:
        return
    wanted = boot.root_fingerprint
    if boot.registry is not None and boot.registry.rstrip("/") != card.registry.rstrip("/"):
        what = f"thẻ của {card.registry}, không phải {boot.registry} / the card is of {card.registry}, not {boot.registry}"
        raise refuse(WHERE, what, ANOTHER)
    if wanted is not None and not hashlib.sha256(card.root.encode()).hexdigest().startswith(wanted):
        raise refuse(WHERE, "gốc tin cậy trên thẻ không khớp bangtin.toml / the card's trust root is not that of bangtin.toml", ANOTHER)
