"""The one phone that is let in: a secret cookie, a token in every form, and the seconds since it was last heard."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from bundle.errors import refuse

COOKIE = "bangtin-page"


@dataclass
class Phone:
    """*secret* is in its cookie, *form* in each of its forms; last *heard* in seconds since boot.

    *speaker* is the duty holder who typed their own PIN on it, and may open the loudspeaker until it leaves.
    """

    heard: float
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    form: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    speaker: str = ""


@dataclass
class Phones:
    """One phone at a time: another is let in when the first has said nothing for *idle* seconds, and the first is out then."""

    mono: Callable[[], float]
    idle: float
    count: int = 0
    _phone: Phone | None = field(default=None, init=False, repr=False)

    @property
    def heard(self) -> float:
        """When the phone that is in was heard last, in seconds since boot; 0 when none is."""
        return self._phone.heard if self._phone is not None else 0.0

    def free(self) -> None:
        """``Refused`` while a phone that was heard lately is in."""
        if self._phone is not None and (rest := self._phone.heard + self.idle - self.mono()) > 0:
            what = f"một điện thoại khác đang dùng trang này / another phone is using this page ({rest:.0f} s)"
            raise refuse("điện thoại / phone", what, "bấm Thoát ở máy kia, hoặc chờ / log out there, or wait")

    def enter(self) -> Phone:
        """Let a phone in whose PIN was right."""
        self.free()
        self._phone, self.count = Phone(self.mono()), self.count + 1
        return self._phone

    def known(self, secret: str | None) -> Phone | None:
        """The phone with this cookie, which was heard just now; None for every other."""
        phone = self._phone
        if phone is None or secret is None or not hmac.compare_digest(secret.encode(), phone.secret.encode()):
            return None
        phone.heard = self.mono()
        return phone

    def leave(self) -> None:
        """Let nobody in who was in."""
        self._phone = None
