"""What a duty holder may start from the page, in words that they read before they tap, and how far what was started has come."""

from dataclasses import dataclass
from enum import StrEnum

from bundle.base import BulletinClass
from bundle.items import Phrase, Session
from device.override import read_override
from device.status import read_status
from director.languages import choose
from director.programme import Programme
from evidence.override import Opened, Override
from evidence.records import Outcome
from provisioning.opening import VOICE, Unit, approved, over, sounds
from provisioning.probe import Pair

CLASSES: dict[BulletinClass, Pair] = {
    BulletinClass.EMERGENCY: ("khẩn cấp", "emergency"),
    BulletinClass.PRIORITY: ("ưu tiên", "priority"),
    BulletinClass.ROUTINE: ("thông thường", "routine"),
}
SESSION: Pair = ("buổi phát", "session")


@dataclass(frozen=True)
class Stored:
    """One approved phrase or session as its button shows it: *title*, what it *says*, and its class as *kind*."""

    what: Opened
    id: str
    title: str
    says: str
    kind: Pair
    urgent: bool


class Stage(StrEnum):
    """How far something that was opened has come."""

    WAITING = "waiting"
    SOUNDING = "sounding"
    ENDING = "ending"
    WHOLE = "whole"
    CUT = "cut"


@dataclass(frozen=True)
class Progress:
    """What *holder* opened, and how far it is; *simulated*: by a loudspeaker that is none."""

    stage: Stage
    title: str
    holder: str
    simulated: bool

    @property
    def over(self) -> bool:
        """Whether nothing of it sounds, or will."""
        return self.stage in (Stage.WHOLE, Stage.CUT)


def buttons(unit: Unit) -> tuple[Stored, ...]:
    """Everything that was approved for this unit, emergencies first."""
    found = [_stored(what, item, unit.programme) for what, item in approved(unit)]
    return tuple(sorted(found, key=lambda each: not each.urgent))


def progress(unit: Unit) -> Progress | None:
    """Of what was opened last in this boot; None when nothing was."""
    override = read_override(unit.paths)
    if override is None or override.at.boot != unit.clock.now().boot:
        return None
    title = next((each.title for each in buttons(unit) if each.id == override.item), override.item or override.what.value)
    status = read_status(unit.paths, VOICE)
    return Progress(_stage(unit, override), title, override.holder, bool(status and status.simulated))


def _stage(unit: Unit, override: Override) -> Stage:
    if sounds(unit, override):
        return Stage.SOUNDING if override.closed is None else Stage.ENDING
    if not over(unit, override, unit.happened):
        return Stage.WAITING if override.closed is None else Stage.ENDING
    lives = [life for key, life in unit.happened.utterances.items() if key.startswith(override.name)]
    whole = bool(lives) and all(life.outcome is Outcome.COMPLETE for life in lives)
    return Stage.WHOLE if whole else Stage.CUT


def _stored(what: Opened, item: Phrase | Session, programme: Programme) -> Stored:
    if isinstance(item, Session):
        minutes = f"buổi phát đã duyệt, tối đa {item.maximum / 60:.0f} phút / an approved session"
        return Stored(what, item.id, item.title, minutes, SESSION, False)
    text, _ = choose(item.versions, programme.site.languages)
    urgent = item.bulletin_class is BulletinClass.EMERGENCY
    return Stored(what, item.id, text.title, text.body, CLASSES.get(item.bulletin_class, CLASSES[BulletinClass.ROUTINE]), urgent)
