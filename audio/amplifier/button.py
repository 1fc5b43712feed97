"""The service button: held for its seconds it asks for the unit's own page; a touch, and a button that hangs, ask for nothing more."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from gpiozero.pins import Factory

from audio.amplifier.bell import Bell
from audio.amplifier.contact import Contact
from device.errors import AmplifierLost
from device.settings import Pull, ServiceButton, Settings

UNREAD = "service button: không đọc được, không mở được trang kỹ thuật bằng nút / cannot be read, it opens no service page"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hold:
    """Pressed *since* (seconds since boot), None while it is not; *held* is when it was last held long enough."""

    since: float | None = None
    held: float | None = None
    counted: bool = False


def judge(hold: Hold, pressed: bool, now: float, needed: float) -> Hold:
    """The hold after a look at *now*; one long press counts once, however long it lasts."""
    if not pressed:
        return Hold(held=hold.held)
    since = now if hold.since is None else hold.since
    if not hold.counted and now - since >= needed:
        return Hold(since, now, True)
    return replace(hold, since=since)


class Button:
    """The button between pin and ground. One that cannot be read asks for nothing, and silences nothing; *unread* says so."""

    def __init__(self, wired: ServiceButton | None, contact: Contact | None) -> None:
        self._wired, self._contact, self._hold = wired, contact, Hold()
        # What is pressed when the program starts may hang: it counts only after it was released once.
        self._released = False
        self.unread = (UNREAD,) if wired is not None and contact is None else ()

    def look(self, now: float) -> float | None:
        """When it was last held long enough, after a look at *now* (seconds since boot). No file is touched here."""
        if self._wired is None or self._contact is None:
            return None
        try:
            pressed = self._contact.high() == self._wired.active_high
        except AmplifierLost:
            self.unread = (UNREAD,)
            return self._hold.held
        self.unread = ()
        self._released = self._released or not pressed
        self._hold = judge(self._hold, pressed and self._released, now, self._wired.hold_seconds)
        return self._hold.held


@contextmanager
def open_button(settings: Settings, factory: Factory, bell: Bell) -> Iterator[Button]:
    """The button that the settings name."""
    wired = settings.inputs.service
    contact = _open(wired, factory, bell) if wired else None
    try:
        yield Button(wired, contact)
    finally:
        if contact is not None:
            contact.close()


def _open(wired: ServiceButton, factory: Factory, bell: Bell) -> Contact | None:
    try:
        return Contact("nút dịch vụ / the service button", wired.pin, Pull.UP, factory, bell)
    except AmplifierLost as problem:
        log.warning("%s", problem)
        return None
