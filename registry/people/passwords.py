"""Passwords: what is taken as a new one, and how they are kept and checked (argon2id with the library's recommended parameters)."""

import functools
import importlib.resources
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bundle.errors import refuse
from registry.areas.places import bare
from registry.people.limits import Limits

_HASHER = PasswordHasher()
_TELLING = 5
_WHERE = "mật khẩu / password"


def checked(password: str, name: str, limits: Limits) -> str:
    """*password* as it is kept; ``Refused`` when it is short, holds the *name* of its owner, or is one that everybody tries."""
    plain = _plain(password)
    if not limits.shortest <= len(_normal(password)) <= limits.longest:
        what = f"phải có ít nhất {limits.shortest} ký tự / at least {limits.shortest} characters are needed"
        raise refuse(_WHERE, what, "dùng vài từ ghép lại cho dễ nhớ / take a few words that you remember")
    if _named(name, plain) or plain in _common() or len(set(plain)) < 4:
        what = "dễ đoán: có tên của bạn, hoặc nhiều người dùng / easily guessed: it holds your name, or is used by many"
        raise refuse(_WHERE, what, "chọn vài từ không liên quan nhau / choose a few words that have nothing to do with each other")
    return kept(password)


def kept(password: str) -> str:
    """The hash of *password*; some tens of milliseconds and 64 MiB."""
    return _HASHER.hash(_normal(password))


def fits(hashed: str | None, password: str) -> bool:
    """Whether *password* is the one that was *hashed*; for an account without any it takes as long, and says no."""
    # Made at the first check of all, whoever's it is: later the first unknown name would take longer than a known one.
    nobodys = _nobodys()
    try:
        return _HASHER.verify(hashed or nobodys, _normal(password)) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def outworn(hashed: str) -> bool:
    """Whether *hashed* was made with other parameters than those of now."""
    return _HASHER.check_needs_rehash(hashed)


def _normal(password: str) -> str:
    # One phone writes "ế" as one sign, another as three.
    return unicodedata.normalize("NFC", password)


def _named(name: str, plain: str) -> bool:
    """Whether *plain* is made with a person's *name*; two or three letters of one stand in every other word."""
    return len(_plain(name)) >= _TELLING and _plain(name) in plain


def _plain(text: str) -> str:
    return "".join(bare(text).split())


@functools.cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_urlsafe(16))


@functools.cache
def _common() -> frozenset[str]:
    return frozenset(importlib.resources.files("registry.people").joinpath("common.txt").read_text(encoding="utf-8").split())
