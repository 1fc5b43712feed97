"""Asking to be let in by a technician: the root first, the nonce after it, ``unit.json`` last, so that any cut can be taken up again."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from bundle.base import Line, Model, Sha256
from bundle.errors import refuse
from device.durable import replace
from device.machine import serial
from device.own import read_own
from device.paths import Paths
from device.unit import UnitRecord
from evidence.pairing import Code, Nonce, code, link, new_nonce
from evidence.report import Enrolled, Enrolment, Pending
from evidence.self_test import SelfTest
from evidence.signing import public_jwk, sign, thumbprint
from provisioning.enrol import hardware, settle
from provisioning.link import ask_to_enrol, fetch_root
from provisioning.service.replacing import replaces


@dataclass(frozen=True)
class Registry:
    """The two requests of a unit that asks to be let in; both raise ``Refused``, ``Unreachable`` or ``TooBig``."""

    root: Callable[[str], Awaitable[bytes]] = fetch_root
    ask: Callable[[str, str], Awaitable[Enrolled | Pending]] = ask_to_enrol


class Pairing(Model):
    """``pairing.json``: what the code on the board covers. *nonce* was drawn after this *registry* had handed out that *root* (SHA-256)."""

    format: Literal[1] = 1
    registry: Line
    root: Sha256
    nonce: Nonce


@dataclass(frozen=True)
class Self:
    """Who asks: the unit's name, its private *key* (PEM) and what it found when it tested itself."""

    unit: str
    key: bytes
    tests: tuple[SelfTest, ...] = ()

    @property
    def thumbprint(self) -> str:
        """That of the key."""
        return thumbprint(public_jwk(self.key))


def read_pairing(paths: Paths, registry: str) -> Pairing | None:
    """The pairing with *registry* under way; one that cannot be read, or is with another, is none."""
    try:
        found = read_own(Pairing, paths.pairing)
    except (OSError, ValidationError):
        return None
    return found if found.registry == registry else None


async def pair(paths: Paths, url: str, wanted: str | None, registry: Registry) -> Pairing:
    """Begin anew with the registry at *url*, durably: its root, then a nonce. *wanted* is how the root's digest must begin, if known.

    ``Refused`` when it begins otherwise: then somebody stands between, or the card is for another registry.
    """
    digest = hashlib.sha256(await registry.root(url)).hexdigest()
    if wanted is not None and not digest.startswith(wanted):
        raise _another_root()
    begun = Pairing(registry=url, root=digest, nonce=new_nonce())
    replace(paths.pairing, begun.model_dump_json().encode())
    return begun


async def ask(paths: Paths, me: Self, under_way: Pairing, now: datetime, registry: Registry) -> UnitRecord | Pending:
    """Ask once; the record, durably, when a technician has accepted the unit.

    ``Refused`` when the answer is not for this unit, or brings another root than the code on its board covers.
    """
    request = Enrolment(
        unit=me.unit,
        key=public_jwk(me.key),
        hardware=hardware(),
        serial=serial(paths),
        nonce=under_way.nonce,
        root=under_way.root,
        tests=me.tests,
        replaces=replaces(paths),
    )
    answer = await registry.ask(under_way.registry, sign(request.model_dump_json(exclude_none=True).encode(), me.key))
    if isinstance(answer, Pending):
        return answer
    root = answer.root.encode()
    if hashlib.sha256(root).hexdigest() != under_way.root:
        raise _another_root()
    if answer.unit != me.unit:
        what = f"trả lời cho {answer.unit}, không phải {me.unit} / answered for {answer.unit}, not {me.unit}"
        raise refuse(under_way.registry, what, "tự thử lại / it tries again by itself")
    record = settle(paths, root, answer, under_way.registry, now)
    paths.pairing.unlink(missing_ok=True)
    return record


def told(me: Self, under_way: Pairing) -> tuple[str, Code]:
    """The link of the QR code, and the six figures beside it."""
    print_of_key = me.thumbprint
    return link(under_way.registry, me.unit, print_of_key, under_way.nonce), code(print_of_key, under_way.nonce, under_way.root)


def _another_root() -> Exception:
    return refuse(
        "root.json",
        "gốc tin cậy không khớp: có thể có người đứng giữa / the trust root is another one: somebody may stand between",
        "không dùng mạng này; hỏi người quản lý / do not use this network; ask the registry",
    )
