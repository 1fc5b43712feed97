"""Speech of a wish: recordings that were taken in, and a machine's voice for what nobody recorded. Blocking: called in a thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bundle.asset import Clip
from bundle.base import Language
from bundle.errors import Refused, refuse
from registry.desk.composing import Said
from registry.desk.wish import ReadAloud, Recorded, Version, Wish
from registry.making.findings import Findings
from registry.making.spoken import Speaker, Words


@dataclass(frozen=True)
class Take:
    """A recording that is kept: its *clip*, who speaks in it, and the *path* of the clip's bytes."""

    clip: Clip
    speaker: str
    path: Path


def said_of(wish: Wish, takes: Mapping[Language, Take], speaker: Speaker, reviewer: str) -> dict[Language, Said]:
    """The speech of *wish* by language, its clips in the blobs of *speaker*; ``Refused`` with everything that cannot be spoken."""
    found, faults = dict[Language, Said](), Findings()
    for version in wish.versions if wish.sound else ():
        try:
            if said := _said(version, takes.get(version.language), speaker, reviewer):
                found[version.language] = said
        except Refused as refused:
            faults.take(refused)
    faults.refuse()
    return found


def _said(version: Version, take: Take | None, speaker: Speaker, reviewer: str) -> Said | None:
    where = f"{version.language}: speech"
    match version.speech:
        case Recorded(sha256=sha256):
            if take is None:
                raise refuse(where, f"không thấy bản ghi {sha256[:12]} / no such recording", "ghi âm lại / record it again")
            speaker.blobs.keep(take.path.read_bytes())
            return Said(take.clip, take.speaker, reviewer)
        case ReadAloud():
            text = f"{version.title}.\n\n{version.text}"
            words = Words("desk", None, text, version.language, where, version.title, reviewer)
            return Said(speaker.clip(words), speaker.voice_name(version.language, where), reviewer)
        case None:
            return None
