"""What becomes of an opening, told to the person who stands there: from the voice's own records, until nothing of it sounds."""

import sys
from dataclasses import replace

import click

from device.journal import JournalReader
from device.stopping import stop_signals
from director.age import age
from director.happened import fold
from evidence.override import Opened, Override
from evidence.records import Outcome, Rung, Sounded
from provisioning.opening import VOICE, Unit, close, over, sounds

LOOK_EVERY = 0.2
WAITING = "Loa đang bật, chờ hết tín hiệu rồi hãy nói · the loudspeaker starts: speak after its signal"
ENDING = "Đang tắt · ending"


def follow(unit: Unit, override: Override, seconds: float) -> bool:
    """Tell how *override*, which lasts at most *seconds*, goes on until it is over; whether anything of it was heard to its end.

    Ctrl-C, the end of the terminal and being told to end close it: the loudspeaker does not outlive the person.
    """
    reader, happened, line = JournalReader(unit.paths.journal(VOICE), newest(unit)), unit.happened, _Line()
    well = True
    line.say(WAITING if override.what is Opened.MICROPHONE else "Loa đang bật · the loudspeaker starts")
    with stop_signals(hangup=True) as stop:
        while not over(unit, override, happened):
            for record in reader.new():
                happened = fold(happened, [record])
                if isinstance(record, Sounded) and record.occurrence.startswith(override.name):
                    well = _told(record, line) and well
            if stop.wait(LOOK_EVERY) and override.closed is None and not over(unit, override, happened):
                override = close(replace(unit, happened=happened))
                line.say(ENDING)
            if override.closed is None and sounds(unit, override) and not over(unit, override, happened):
                line.repeat(f"ĐANG PHÁT · ON AIR   còn · left {clock(seconds - age(override.at, unit.clock.now()))}")
            if stop.is_set():
                stop.clear()
    return well and any(key.startswith(override.name) for key in happened.utterances)


class _Line:
    """Standard output as a person reads it: what counts down stands in one place on a terminal, and once elsewhere."""

    def __init__(self) -> None:
        self._repeated = ""

    def say(self, text: str, good: bool | None = None) -> None:
        """One line that stays."""
        colour = {None: None, True: "green", False: "red"}[good]
        click.secho(("\r\033[K" if self._repeated and sys.stdout.isatty() else "") + text, fg=colour)
        self._repeated = ""

    def repeat(self, text: str) -> None:
        """One line that takes the place of its like."""
        if text != self._repeated and sys.stdout.isatty():
            click.secho(f"\r\033[K{text}", fg="yellow", bold=True, nl=False)
        elif not self._repeated:
            click.echo(text)
        self._repeated = text


def _told(record: Sounded, line: _Line) -> bool:
    """Say what *record* says; false when something of it was not heard to its end."""
    match record.outcome:
        case Outcome.STARTED:
            return True
        case Outcome.COMPLETE:
            proof = "đã ra khỏi thiết bị âm thanh · left the sound device" if record.rung >= Rung.LEFT_DRIVER else "chưa rõ · unknown"
            line.say(f"✓ {record.item}: {record.offset:.0f} giây, {proof}", good=True)
            return True
        case Outcome.INTERRUPTED | Outcome.FAILED | Outcome.MISSED | Outcome.REFUSED_BY_RULE:
            line.say(f"✗ {record.item}: {record.reason}", good=False)
            return False


def clock(seconds: float) -> str:
    """*seconds* as minutes and seconds."""
    rest = max(0, round(seconds))
    return f"{rest // 60}:{rest % 60:02d}"


def newest(unit: Unit) -> int:
    """The number of the last line that *unit*'s history knows."""
    newest = -1
    for line in JournalReader(unit.paths.journal(VOICE)).new():
        newest = line.n
    return newest
