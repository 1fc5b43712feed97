"""The board's test card: a technician looks at it, and it goes by itself when nobody looks any more."""

from typing import Literal

from pydantic import ValidationError

from bundle.base import Model
from device.candidate import key
from device.own import read_own
from device.paths import Paths
from device.status import write_volatile
from director.moment import Moment
from evidence.records import Stamp

LONGEST = 900.0
"""Seconds: longer than anybody walks away from a board to read it, short enough that a forgotten one harms nobody."""


class Card(Model):
    """``run/bangtin/test-card.json``: asked for *at* that moment."""

    format: Literal[1] = 1
    at: Stamp


def show_test_card(paths: Paths, moment: Moment) -> None:
    """Have the board show it from *moment* on; only provisioning does that."""
    write_volatile(paths.test_card, Card(at=moment.stamp()).model_dump_json().encode())


def hide_test_card(paths: Paths) -> None:
    """Have the board go on."""
    paths.test_card.unlink(missing_ok=True)


class Cards:
    """Whether the card is wanted; asked ten times a second, so the file is read only when it was replaced."""

    def __init__(self, paths: Paths) -> None:
        self._path = paths.test_card
        self._seen: object = None
        self._card: Card | None = None

    def wanted(self, moment: Moment) -> bool:
        """Whether somebody asked for it in this boot, not long before *moment*."""
        seen = key(self._path)
        if seen != self._seen:
            self._seen, self._card = seen, self._read()
        at = self._card.at if self._card else None
        return at is not None and at.boot == moment.boot and 0 <= moment.stamp().mono - at.mono <= LONGEST

    def _read(self) -> Card | None:
        try:
            return read_own(Card, self._path)
        except (OSError, ValidationError):
            return None
