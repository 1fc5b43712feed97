"""Officers' live voices in an archive: the recordings that the registry kept. Its word alone: no signature says what was spoken."""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from bangtin.archive.facts import Facts
from bangtin.archive.folder import MAX_MANIFEST, digest, write_json
from bangtin.archive.told import TAMPERED, Window
from bundle.base import Line, Model
from bundle.errors import refuse
from bundle.parse import parse
from evidence.records import Sounded
from registry.live.kinds import SUFFIXES
from registry.live.recording import Kept

LIVE = "live.json"
"""Beside the files of format 1, and only where somebody spoke: a release that does not know it checks it like any sealed file."""


class SpokenLive(Model):
    """``live.json``: who spoke under which order, from when to when, and the length and SHA-256 of what the registry took in.

    *lacking* are files that it no longer had whole.
    """

    format: Literal[1] = 1
    parts: tuple[Kept, ...]
    lacking: tuple[Line, ...] = ()


def spoken(kept: Iterable[tuple[Path, Kept]], found: Facts, channels: frozenset[str], window: Window) -> dict[Path, Kept]:
    """The ended recordings of *channels* that were spoken within *window*, or that a receipt of it names; by file, in order."""
    receipts = [receipt.line for unit in found.units for receipt in (*unit.receipts, *unit.unplaced)]
    told = {line.occurrence for line in receipts if isinstance(line, Sounded)}
    return {
        path: words
        for path, words in kept
        if words.over is not None and words.channel in channels and (words.occurrence in told or window.meets(words.began, words.over))
    }


def put(folder: Path, parts: dict[Path, Kept]) -> None:
    """Write *parts* and their words into an archive; nothing where nobody spoke."""
    lacking = []
    for path, words in parts.items():
        name = _name(words)
        if _whole(path, words):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / name)
        else:
            lacking.append(name)
    if parts:
        write_json(folder / LIVE, SpokenLive(parts=tuple(parts.values()), lacking=tuple(lacking)))


def check(folder: Path) -> None:
    """Compare each recording with its words; ``Refused`` when one is not as they say."""
    if not (folder / LIVE).exists():
        return
    told = parse(SpokenLive, (folder / LIVE).read_bytes(), LIVE, MAX_MANIFEST)
    for words in told.parts:
        name = _name(words)
        if name not in told.lacking and not _whole(folder / name, words):
            raise refuse(name, "không phải bản ghi đã kể / is not the recording that is told of", TAMPERED)


def _whole(path: Path, words: Kept) -> bool:
    return path.is_file() and path.stat().st_size == words.size and digest(path) == words.sha256


def _name(words: Kept) -> str:
    if words.media not in SUFFIXES:
        raise refuse(LIVE, f"không biết loại / no known kind: {words.media}", TAMPERED)
    return f"live/{words.channel}/{words.order}/{words.part}.{SUFFIXES[words.media]}"
