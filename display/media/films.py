"""The films of the board: which can be shown, the one that runs and the one that is made ready, and what went wrong."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from display.media.decoding import Decoding, Patience
from display.page import FilmSlot

if TYPE_CHECKING:  # the built-in page is on the board before the models of bundles are loaded
    from bundle.asset import Film

RETRY = 600.0
"""Seconds that the poster of a film stands alone after its decoder failed: it may have been the memory of that moment."""
SOON = 0.3
"""Seconds before a picture from which the board asks for it with every frame of the screen, else a few times a second."""
EARLY = 3.0
"""Seconds before its end from which a film is made ready to run once more."""
JOINED = 2.0
"""Seconds within which a film that is wanted again, in another place, goes on where it was."""
MISSING = "thiếu hoặc không đủ / missing or incomplete"
log = logging.getLogger(__name__)

Find = Callable[["Film"], Path | None]


class Showing:
    """One run of a film. Its first picture comes as soon as there is one, and the others by the board's clock from then on.

    *shown* pictures were given to the board, the newest of *second* of the film at moment *at*.
    """

    def __init__(self, slot: FilmSlot, film: "Film", decoding: Decoding | None, offset: float) -> None:
        self.slot = slot
        self.film, self.decoding, self.offset = film, decoding, offset
        self.shown, self.second, self.at = 0, offset, 0.0
        self._zero: float | None = None
        self._named = False

    def due(self, now: float) -> memoryview | None:
        """The pixels of the newest picture that is due at *now*; ``None`` while the one that is on stays."""
        if self.decoding is None:
            return None
        due = self.decoding.due(self.offset if self._zero is None else now - self._zero, now)
        if self.decoding.decoder is not None and not self._named:
            self._named = True
            log.info("film %s: decoder %s", self.film.sha256[:12], self.decoding.decoder)
        if due is None:
            return None
        if self._zero is None:
            self._zero = now - due.second
        self.shown, self.second, self.at = self.shown + 1, due.second, now
        return due.pixels

    @property
    def over(self) -> bool:
        """Whether no more pictures come."""
        return self.decoding is None or self.decoding.over

    @property
    def left(self) -> float:
        """Seconds of the film that were not shown yet."""
        return self.film.duration - self.second

    @property
    def failed(self) -> bool:
        """Whether its decoder could not be started, or stopped before the end."""
        return self.decoding is None or self.decoding.problem is not None

    def moves(self, now: float) -> bool:
        """Whether a picture is due within SOON: a film may stand still for as long as it likes."""
        if self.failed or self.over or self._zero is None or self.decoding is None:
            return False
        upcoming = self.decoding.upcoming
        return upcoming is None or upcoming - (now - self._zero) < SOON

    @property
    def begun(self) -> bool:
        """Whether a picture of it was on the board."""
        return self._zero is not None


@dataclass(frozen=True)
class _Left:
    """Where a film was when it left the board."""

    sha256: str
    second: float
    at: float


class Films:
    """Where films come from (*find*: a file that has all bytes, its hash is compared by the decoder), and their decoders."""

    def __init__(self, find: Find, patience: Patience | None = None) -> None:
        self._find, self._patience = find, patience or Patience()
        self._known: dict[str, tuple[Film, Path]] = {}
        # Both the thread that lays out and the one that presents learn what failed; the dict itself is never changed, only replaced.
        self._lock = Lock()
        self._failed: Mapping[str, tuple[float | None, str]] = {}
        self._ahead: tuple[FilmSlot, Decoding] | None = None
        self._left: _Left | None = None
        self._dying: list[Decoding] = []
        self._news = False
        self.showing: Showing | None = None

    @property
    def given_up(self) -> frozenset[str]:
        """The films that are not shown now, whatever was prepared for them."""
        return frozenset(self._failed)

    @property
    def problems(self) -> dict[str, str]:
        """Why a film was given up, by its SHA-256."""
        return {sha256: why for sha256, (_, why) in self._failed.items()}

    def lacking(self, films: "Iterable[Film]") -> frozenset[str]:
        """The SHA-256 of those that cannot be shown now; their posters stand for them."""
        return frozenset(film.sha256 for film in films if not self._showable(film))

    def prepare(self, slot: FilmSlot | None) -> None:
        """The page that comes next has this film, or none: its decoder is started, and stops when the ring is full.

        One that runs just now is made ready again only when it is about to end: two decoders of it would take memory all the time.
        """
        if slot is not None and self.showing is not None and self.showing.slot == slot and self.showing.left > EARLY:
            slot = None
        if self._ahead is not None and self._ahead[0] != slot:
            self._drop_ahead()
        if self._ahead is None and slot is not None and slot.sha256 not in self._failed:
            decoding = self._decoding(slot, 0.0)
            self._ahead = (slot, decoding) if decoding is not None else None

    def begin(self, slot: FilmSlot, now: float) -> Showing:
        """The film of *slot*, from its beginning, or from where it has just been elsewhere on the board."""
        film, _ = self._known[slot.sha256]
        left, self._left = self._left, None
        joined = left is not None and left.sha256 == slot.sha256 and now - left.at < JOINED
        offset = left.second if joined and left is not None else 0.0
        if self._ahead is not None and self._ahead[0] == slot and not offset:
            decoding: Decoding | None = self._ahead[1]
            self._ahead = None
        else:
            decoding = self._decoding(slot, offset)
        self.showing = Showing(slot, film, decoding, offset)
        return self.showing

    def look(self, now: float) -> bool:
        """Take note of what has happened to the decoders; whether a film that is on has just been given up."""
        self._dying = [decoding for decoding in self._dying if not decoding.gone()]
        if self._ahead is not None:
            self._ahead[1].listen(now)
        showing = self.showing
        if showing is not None and showing.decoding is not None and showing.decoding.problem is not None:
            self._give_up(showing.film, showing.decoding.problem)
            self.end(showing)
        with self._lock:
            dated = {sha256: (now if when is None else when, why) for sha256, (when, why) in self._failed.items()}
            self._failed = {sha256: (when, why) for sha256, (when, why) in dated.items() if now - when < RETRY}
        news, self._news = self._news, False
        return news

    def end(self, showing: Showing) -> None:
        """It has left the board."""
        if showing.decoding is not None:
            if not showing.over and showing.begun:
                self._left = _Left(showing.film.sha256, showing.second, showing.at)
            self._bury(showing.decoding)
        if self.showing is showing:
            self.showing = None

    def close(self) -> None:
        """End all decoders, and wait until they are gone."""
        if self.showing is not None:
            self.end(self.showing)
        self._drop_ahead()
        for decoding in self._dying:
            decoding.gone(2.0)
        self._dying.clear()

    def _showable(self, film: "Film") -> bool:
        path = self._find(film)
        with self._lock:
            if path is None:
                self._failed = {film.sha256: (None, MISSING), **self._failed}
                return False
            if self._failed.get(film.sha256, (None, ""))[1] == MISSING:
                self._failed = {sha256: failed for sha256, failed in self._failed.items() if sha256 != film.sha256}
            if film.sha256 in self._failed:
                return False
            self._known[film.sha256] = (film, path)
            return True

    def _decoding(self, slot: FilmSlot, offset: float) -> Decoding | None:
        film, path = self._known[slot.sha256]
        try:
            return Decoding(path, film, (slot.box.width, slot.box.height), offset, self._patience)
        except OSError as problem:
            self._give_up(film, f"không chạy được bộ giải mã / no decoder can be started: {problem.strerror}")
            return None

    def _give_up(self, film: "Film", why: str) -> None:
        log.warning("film %s: %s", film.sha256[:12], why)
        with self._lock:
            self._failed = {**self._failed, film.sha256: (None, why)}
        self._news = True

    def _drop_ahead(self) -> None:
        if self._ahead is not None:
            self._bury(self._ahead[1])
            self._ahead = None

    def _bury(self, decoding: Decoding) -> None:
        decoding.close()
        if not decoding.gone():
            self._dying.append(decoding)
