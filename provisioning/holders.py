"""The duty holders of one unit: who they are, what each may do on site, and the personal PIN that proves it."""

import fcntl
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError

from bundle.base import Line, Model
from bundle.errors import Refused, refuse
from bundle.trust.persons import person_of
from device.durable import make_folder, replace
from device.own import read_own
from device.paths import Paths
from director.moment import Moment
from evidence.card import PinDigest
from evidence.duties import Duty
from evidence.pin import digest, pin_digest
from evidence.records import Stamp

FREE_TRIES = 3
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 3600.0
"""Seconds: after the free tries each wrong PIN doubles the pause before the next one."""
SHORTEST_PIN = 6
MOST_HOLDERS = 50
_NOBODY = PinDigest(salt="00" * 16, digest="00" * 32)
M = TypeVar("M", bound=Model)


MAY_RESET = frozenset({Duty.EQUIPMENT, Duty.MAINTENANCE, Duty.REPAIR})
"""Whose PIN lets a unit go on after a stop at its own switch, and lets the horn sound a test tone."""
MAY_SPEAK = frozenset({Duty.CONTENT})
"""Whose PIN opens the loudspeaker on site, besides those who were given that right by name: the village head."""


class Right(StrEnum):
    """What a PIN may be asked for."""

    RESET = "reset"
    TEST = "test"
    SPEAK = "speak"


class Holder(Model):
    """One person; of the PIN only its scrypt digest under a salt of their own is kept. *may_speak* beside or without a duty.

    *renewed* is a PIN that was set in the place of a forgotten one by somebody who only stood at the unit: it proves them there for
    what lets the unit go on, and never opens the loudspeaker.
    """

    name: Line
    duties: Annotated[tuple[Duty, ...], Field(max_length=5)] = ()
    may_speak: bool = False
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    renewed: PinDigest | None = None

    def proof(self, right: Right) -> PinDigest:
        """What proves the PIN that *right* takes."""
        first = PinDigest(salt=self.salt, digest=self.digest)
        match right:
            case Right.RESET | Right.TEST:
                return self.renewed or first
            case Right.SPEAK:
                return first

    def may(self, right: Right) -> bool:
        """Whether *right* is theirs."""
        match right:
            case Right.RESET | Right.TEST:
                return not MAY_RESET.isdisjoint(self.duties)
            case Right.SPEAK:
                return self.may_speak or not MAY_SPEAK.isdisjoint(self.duties)


class Holders(Model):
    """``holders/holders.json``, 0600."""

    format: Literal[1] = 1
    holders: Annotated[tuple[Holder, ...], Field(max_length=MOST_HOLDERS)] = ()


class Tries(Model):
    """``holders/tries.json``: how many PINs in a row were wrong, and when the last one was begun."""

    format: Literal[1] = 1
    wrong: Annotated[int, Field(ge=0)] = 0
    at: Stamp | None = None


def holders(paths: Paths) -> tuple[Holder, ...]:
    """Everybody who is known here; ``Refused`` when the file cannot be read."""
    return _read(Holders, paths.holders).holders


def add(paths: Paths, name: str, duties: tuple[Duty, ...], pin: str, may_speak: bool = False) -> Holder:
    """Know *name* by *pin*, which replaces an earlier one; ``Refused`` for a PIN that anybody would guess, and for nothing to do."""
    if not duties and not may_speak:
        do = "--duty, hoặc --may-speak cho trưởng thôn / --duty, or --may-speak for the village head"
        raise refuse(name, "chưa giao việc gì / has neither a duty nor a right", do)
    worth_its_name(pin)
    salt = os.urandom(16)
    person = Holder(name=" ".join(name.split()), duties=duties, may_speak=may_speak, salt=salt.hex(), digest=digest(pin, salt).hex())
    return _keep(paths, person)


def entrust(paths: Paths, name: str, duties: tuple[Duty, ...]) -> Holder:
    """*name*, who has a PIN here, holds *duties* besides their own; ``Refused`` when nobody is called that."""
    person = _found(paths, name)
    held = tuple(dict.fromkeys((*person.duties, *duties)))
    return person if held == person.duties else _keep(paths, person.model_copy(update={"duties": held}))


def renew(paths: Paths, name: str, pin: str) -> Holder:
    """Let *pin* be that by which *name* lets the unit go on; it gives no right that they had not, and takes none away."""
    worth_its_name(pin)
    return _keep(paths, _found(paths, name).model_copy(update={"renewed": pin_digest(pin, os.urandom(16))}))


def holder_called(paths: Paths, name: str) -> Holder | None:
    """Who is called *name* here, however it is spelt."""
    return next((holder for holder in holders(paths) if person_of(holder.name) == person_of(name)), None)


def remove(paths: Paths, name: str) -> None:
    """Know *name* no longer; ``Refused`` when nobody is called that."""
    gone = _found(paths, name)
    _write(paths, Holders(holders=tuple(holder for holder in holders(paths) if holder != gone)))


def prove(paths: Paths, name: str, pin: str, moment: Moment, right: Right) -> Holder:
    """The holder *name*, whose *right* it is, if *pin* is theirs; ``Refused`` otherwise, and sooner or later only after a pause.

    The try is on the card before the PIN is looked at, so that cutting the power saves nobody a pause; and one PIN is looked at
    at a time, so that asking many times at once saves nobody one either.
    """
    with _one_at_a_time(paths):
        known = _proven(paths, name, pin, moment, right)
    if not known.may(right):
        raise refuse(known.name, "không phụ trách việc này / does not hold this duty", f"cần / it takes: {_takes(right)}")
    return known


@contextmanager
def _one_at_a_time(paths: Paths) -> Iterator[None]:
    folder = paths.holders.parent
    try:
        make_folder(folder)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as problem:
        raise _unreadable(folder, problem) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _proven(paths: Paths, name: str, pin: str, moment: Moment, right: Right) -> Holder:
    tries = _tries(paths)
    if (rest := pause(tries, moment)) > 0:
        what = f"nhập sai {tries.wrong} lần, chờ thêm {rest:.0f} giây / {tries.wrong} wrong PINs: wait {rest:.0f} s more"
        raise refuse("PIN", what, "không rút điện: phải chờ lại từ đầu / do not cut the power, the wait begins again")
    replace(paths.holder_tries, Tries(wrong=tries.wrong + 1, at=moment.stamp()).model_dump_json().encode(), 0o600)
    known = holder_called(paths, name)
    # A name that nobody has takes as long as one that somebody has: the answer tells a stranger nothing.
    wanted = known.proof(right) if known else _NOBODY
    proven = hmac.compare_digest(digest(pin, bytes.fromhex(wanted.salt)).hex(), wanted.digest)
    if known is None or not proven:
        raise refuse("PIN", "tên hoặc PIN không đúng / name or PIN is wrong", "thử lại / try again")
    replace(paths.holder_tries, Tries().model_dump_json().encode(), 0o600)
    return known


def pause(tries: Tries, moment: Moment) -> float:
    """How many seconds must pass before the next try; in another boot all of them from its beginning, whatever a clock says."""
    if tries.wrong < FREE_TRIES:
        return 0.0
    length = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(tries.wrong - FREE_TRIES, 20))
    began = tries.at.mono if tries.at and tries.at.boot == moment.boot else 0.0
    return max(0.0, began + length - moment.mono)


def _takes(right: Right) -> str:
    match right:
        case Right.RESET | Right.TEST:
            return ", ".join(sorted(MAY_RESET))
        case Right.SPEAK:
            return f"{', '.join(sorted(MAY_SPEAK))}; --may-speak"


def _tries(paths: Paths) -> Tries:
    return _read(Tries, paths.holder_tries)


def worth_its_name(pin: str) -> None:
    """``Refused`` for a PIN that anybody would guess."""
    steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
    if len(pin) < SHORTEST_PIN or (len(steps) == 1 and steps <= {-1, 0, 1}):
        what = f"quá dễ đoán / too easy to guess: at least {SHORTEST_PIN} signs, no run like 123456 or 111111"
        raise refuse("PIN", what, "chọn PIN riêng / choose one of your own")


def _found(paths: Paths, name: str) -> Holder:
    person = holder_called(paths, name)
    if person is None:
        known = ", ".join(holder.name for holder in holders(paths)) or "–"
        raise refuse(name, "không có người này / nobody is called that here", f"có / there are: {known}")
    return person


def _keep(paths: Paths, person: Holder) -> Holder:
    others = tuple(holder for holder in holders(paths) if person_of(holder.name) != person_of(person.name))
    if len(others) >= MOST_HOLDERS:
        what = f"đã có {len(others)} người / there are {len(others)} people"
        raise refuse(str(paths.holders), what, "bỏ bớt: bangtin provision holder remove / remove some")
    _write(paths, Holders(holders=(*others, person)))
    return person


def _write(paths: Paths, known: Holders) -> None:
    replace(paths.holders, known.model_dump_json(indent=1).encode(), 0o600)


def _unreadable(path: Path, problem: OSError) -> Refused:
    return refuse(str(path), f"không đọc được / cannot be read: {problem.strerror}", "chạy bằng quyền lắp đặt / run as technician")


def _read(model: type[M], path: Path) -> M:
    try:
        return read_own(model, path)
    except FileNotFoundError:
        return model()
    except OSError as problem:
        raise _unreadable(path, problem) from None
    except ValidationError:
        raise refuse(
            str(path), "tệp bị hỏng / the file is damaged", "xoá tệp rồi thêm lại người phụ trách / remove it and add the holders again"
        ) from None
