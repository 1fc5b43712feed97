"""What stands in the form before its officer types: nothing, a recording of theirs, or the words of an earlier wish. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bundle.base import Language
from bundle.items import VIETNAMESE
from registry.desk.recordings.keeping import Kept
from registry.desk.wish import At, ReadAloud, Recorded, Soon, Version, Wish
from registry.web.officer.words import inside
from registry.web.words import LOCAL

STAYS = timedelta(days=7)
"""How long a notice stands when its author says nothing else."""
SOON = 10
"""Minutes."""
NEVER = "none"


@dataclass(frozen=True)
class Tongue:
    """One language of the form: what is written, whether the machine reads it, and the recording (SHA-256) that is used instead."""

    title: str = ""
    text: str = ""
    read: bool = False
    recording: str = ""


@dataclass(frozen=True)
class Begun:
    """*repeat* is ``none``, ``soon`` or how often; *start* a local time and *until* a local day, as fields of a form hold them."""

    once: str
    start: str
    until: str
    tongues: Mapping[Language, Tongue] = field(default_factory=dict)
    areas: tuple[str, ...] = ()
    repeat: str = NEVER
    on_board: bool = True
    essential: bool = False
    number: str = ""
    replaces: str = ""

    @property
    def minutes(self) -> int:
        """What *soon* means."""
        return SOON


def empty(once: str, area_name: str, now: datetime) -> Begun:
    """A form in which nobody has written: for the boards, in Vietnamese."""
    local = now.astimezone(LOCAL)
    start = local.replace(minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(hours=1)
    title = f"Thông báo của {inside(area_name)}"
    return Begun(once, start.isoformat(timespec="minutes"), (local + STAYS).date().isoformat(), {VIETNAMESE: Tongue(title, read=True)})


def with_recording(form: Begun, take: Kept) -> Begun:
    """*form* for a recording: it sounds soon, in the language that is spoken in it, and whom it has reached is followed."""
    before = form.tongues.get(take.language, Tongue())
    heard = Tongue(before.title, before.text, recording=take.sha256)
    tongues = {**form.tongues, take.language: heard}
    return Begun(form.once, form.start, form.until, tongues, form.areas, "soon", on_board=False, essential=True)


def again(form: Begun, wish: Wish, replaces: str) -> Begun:
    """*form* with everything that stood in the form of *wish*, ready to be corrected."""
    start = wish.sound.start.isoformat(timespec="minutes") if isinstance(wish.sound, At) else form.start
    return Begun(
        form.once,
        start,
        wish.until.isoformat() if wish.until else form.until,
        {version.language: _tongue(version) for version in wish.versions},
        wish.areas,
        _repeat(wish),
        wish.on_board,
        wish.essential,
        wish.document_number or "",
        replaces,
    )


def _repeat(wish: Wish) -> str:
    match wish.sound:
        case None:
            return NEVER
        case Soon(kind=kind):
            return kind
        case At(repeat=repeat):
            return repeat.value


def _tongue(version: Version) -> Tongue:
    match version.speech:
        case Recorded(sha256=sha256):
            return Tongue(version.title, version.text, recording=sha256)
        case ReadAloud():
            return Tongue(version.title, version.text, read=True)
        case None:
            return Tongue(version.title, version.text)
