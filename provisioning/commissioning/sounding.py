"""The technician's tone, from its opening to the voice's own record of its end."""

from bundle.errors import Refused, refuse
from device.journal import JournalReader
from device.paths import Paths
from device.status import BELIEVED, fresh, read_status
from director.happened import fold
from evidence.override import Override
from evidence.records import Outcome, Sounded
from provisioning.advice import PAGE
from provisioning.following import newest
from provisioning.opening import VOICE, WHERE, Unit, close, open_test, over, this_unit
from provisioning.patience import looks

COMING_UP = 30.0
PATIENCE = 200.0
"""Seconds: lines may have to rest for some minutes before they start again."""


def sound(paths: Paths, technician: str, line: str | None) -> Sounded:
    """Let it sound, through *line* alone or through all; the voice's record of how that ended.

    ``Refused`` when the rules of this hour forbid it, when the loudspeaker is not ready, and when no end was recorded in time.
    """
    unit = this_unit(paths)
    _come_up(unit)
    after = newest(unit)
    override = open_test(unit, technician, line)
    try:
        return _end(unit, override, after)
    except BaseException:
        # Whoever went away, or has no more patience, leaves no horn that may still sound.
        _close(paths)
        raise


def _come_up(unit: Unit) -> None:
    """Wait a little for a voice that has only just started: after a power cut, or because the unit was enrolled a moment ago."""
    for _ in looks(COMING_UP):
        status = read_status(unit.paths, VOICE)
        if status is not None and status.ready and fresh(status, unit.clock.now(), BELIEVED):
            return


def _end(unit: Unit, override: Override, after: int) -> Sounded:
    reader, happened = JournalReader(unit.paths.journal(VOICE), after), unit.happened
    for _ in looks(PATIENCE):
        for record in reader.new():
            happened = fold(happened, [record])
            if isinstance(record, Sounded) and record.occurrence.startswith(override.name) and record.outcome is not Outcome.STARTED:
                return record
        if over(unit, override, happened):
            break
    raise refuse(WHERE, "âm thử không phát được / the tone did not sound", " / ".join(PAGE))


def _close(paths: Paths) -> None:
    try:
        close(this_unit(paths))
    except Refused:
        return  # nothing is open any more
