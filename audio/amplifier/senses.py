"""The inputs that tell what the amplifiers really do: looked at in every round of the loop, judged, and what is stuck handed on."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import Protocol

from gpiozero.pins import Factory

from audio.amplifier import sense as rules
from audio.amplifier.bell import Bell
from audio.amplifier.change import Pin
from audio.amplifier.contact import Contact
from audio.amplifier.sense import Watch
from device.errors import AmplifierLost
from device.pins import pin_trouble
from device.settings import Pull, Sense, Settings
from evidence.records import FaultCode

UNREAD = "không đọc được tiếp điểm phản hồi, chưa rõ / it cannot be sensed, which is unknown"
log = logging.getLogger(__name__)
_WORDS = {
    FaultCode.STUCK_ON: "tăng âm đã tắt mà vẫn có điện, hoặc chân vẫn ở mức bật, hãy ngắt nguồn"
    " / an amplifier that was switched off has power, or its pin is at its active level, cut its supply",
    FaultCode.STUCK_OFF: "tăng âm đã bật mà không có điện, hoặc chân không lên mức bật"
    " / an amplifier that was switched on has no power, or its pin is not at its active level",
}


@dataclass(frozen=True)
class Stuck:
    """At *at* (seconds since boot) the lines of *detail* are stuck as *code* says; with an empty *detail* it is proven that none is."""

    code: FaultCode
    detail: str
    at: float


class Input(Protocol):
    """What tells a level."""

    def high(self) -> bool:
        """The level now; ``AmplifierLost`` when it cannot be read."""
        ...


class Level:
    """Whether the pin of *line* itself is at its active level: that proves nothing of the amplifier behind it, but a short shows."""

    def __init__(self, line: str, pin: Pin) -> None:
        self._line, self._pin = line, pin

    def high(self) -> bool:
        """Whether it is active now; ``AmplifierLost`` when it cannot be read."""
        with pin_trouble(f"{self._line}: không đọc được / cannot be read"):
            return bool(self._pin.value)


class Watched:
    """One input and what it has shown. *contact* is None when its pin cannot be had: it says nothing then."""

    def __init__(self, line: str, what: str, sense: Sense, contact: Input | None) -> None:
        self.line, self.what, self._sense, self._contact = line, what, sense, contact
        self.watch = Watch()

    @property
    def blind(self) -> bool:
        """Whether it never says anything."""
        return self._contact is None

    def look(self, commanded: bool, now: float) -> None:
        """Read and judge it."""
        self.watch = rules.look(self.watch, self._sense, commanded, self._reading(), now)

    def proof(self, now: float) -> bool | None:
        """What it proves at *now*."""
        return rules.proof(self.watch, self._sense, now)

    def deadline(self) -> float | None:
        """When it must be looked at although nothing moves."""
        return rules.deadline(self.watch, self._sense)

    def _reading(self) -> bool | None:
        try:
            return None if self._contact is None else self._contact.high() == self._sense.active_high
        except AmplifierLost:
            return None  # unknown, and no reason to fall silent


class Senses:
    """All inputs of the unit's amplifiers; *handed* takes each `Stuck` that is news, and must not block.

    *pins* are the lines' own levels: they show what is stuck, and prove no power. *unread* says of which inputs nothing is known,
    because their pins cannot be had.
    """

    def __init__(
        self,
        read_back: dict[str, Watched],
        current: dict[str, Watched],
        handed: Callable[[Stuck], None],
        pins: tuple[Watched, ...] = (),
    ) -> None:
        self._read_back, self._current, self._handed = read_back, current, handed
        self._all = (*pins, *read_back.values(), *current.values())
        self.unread = tuple(f"{each.line} ({each.what}): {UNREAD}" for each in self._all if each.blind)
        self._told: dict[FaultCode, str | None] = {FaultCode.STUCK_ON: None, FaultCode.STUCK_OFF: None}
        self._wrong: dict[FaultCode, tuple[Watched, ...]] = dict.fromkeys(self._told, ())

    def look(self, commanded: dict[str, bool], now: float) -> None:
        """Compare every input with what its line was *commanded*, and say what has changed. No file is touched here."""
        for watched in self._all:
            watched.look(commanded[watched.line], now)
        for code, before in self._told.items():
            detail = self._detail(code)
            if detail is not None and detail != before:
                self._told[code] = detail
                self._handed(Stuck(code, detail, now))

    def proof(self, line: str, now: float) -> tuple[bool | None, bool | None]:
        """What read-back and current of *line* prove at *now*; None is unknown."""
        read_back, current = self._read_back.get(line), self._current.get(line)
        return (read_back.proof(now) if read_back else None, current.proof(now) if current else None)

    def deadline(self) -> float | None:
        """When `look` must come next."""
        return min((due for watched in self._all if (due := watched.deadline()) is not None), default=None)

    def _detail(self, code: FaultCode) -> str | None:
        """The sentence, empty when every input that was wrong has proven that it is not any more, None while that is not known.

        Of a fault that an earlier run has told nobody knows whose it was: then every input must prove it.
        """
        stuck = {each: each.watch.stuck_on if code is FaultCode.STUCK_ON else each.watch.stuck_off for each in self._all}
        if wrong := tuple(each for each in self._all if stuck[each]):
            self._wrong[code] = wrong
            return f"{_WORDS[code]}: {', '.join(f'{each.line} ({each.what})' for each in wrong)}"
        return "" if all(stuck[each] is False for each in self._wrong[code] or self._all) else None


def levels(settings: Settings, lines: Mapping[str, Pin]) -> tuple[Watched, ...]:
    """The level of each amplifier's own pin among *lines*, in the times of an input for which nothing else was measured."""
    return tuple(
        Watched(each.line, "pin", Sense(pin=each.pin, active_high=True, pull=Pull.NONE), Level(each.line, lines[each.line]))
        for each in settings.amplifier
    )


@contextmanager
def open_senses(
    settings: Settings, lines: Mapping[str, Pin], factory: Factory, bell: Bell, handed: Callable[[Stuck], None]
) -> Iterator[Senses]:
    """The inputs that the settings name, and the levels of *lines*; one whose pin cannot be had is unknown from then on."""
    read_back: dict[str, Watched] = {}
    current: dict[str, Watched] = {}
    with ExitStack() as opened:
        for amplifier in settings.amplifier:
            for wired, what, watched in (
                (amplifier.read_back, "read-back", read_back),
                (amplifier.current, "current", current),
            ):
                if wired is not None:
                    contact = _open(f"{amplifier.line} {what}", wired, factory, bell)
                    if contact is not None:
                        opened.enter_context(closing(contact))
                    watched[amplifier.line] = Watched(amplifier.line, what, wired, contact)
        yield Senses(read_back, current, handed, levels(settings, lines))


def _open(what: str, wired: Sense, factory: Factory, bell: Bell) -> Contact | None:
    try:
        return Contact(what, wired.pin, wired.pull, factory, bell)
    except AmplifierLost as problem:
        log.warning("%s", problem)
        return None
