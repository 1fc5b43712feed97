"""Recordings that were taken in: their files below the data folder, their rows, and how those that nobody used are let go."""

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.asset import Clip, blob_path
from registry.desk.recordings.judging import Judged
from registry.desk.recordings.tables import recordings
from registry.making.blobs import Blobs
from registry.storage.upsert import upsert
from registry.trust.files import sync_folder, write

FOLDER = "recordings"
COMES_WITHIN = 3600.0
"""Seconds after which a file without a row is nobody's: no recording takes so long to come in and to be judged."""


@dataclass(frozen=True)
class Kept:
    """A recording of *channel*: who sent it, who speaks in it and in which language, and the clip that is made of it.

    *remarks* are sentences, each with what was done or is to be done; *used* is when a submission took it.
    """

    channel: str
    sha256: str
    person: str
    speaker: str
    language: str
    seconds: float
    size: int
    clip: Clip
    remarks: tuple[str, ...]
    received: datetime
    used: datetime | None = None


def file_of(data: Path, sha256: str) -> Path:
    """Where the recording lies as the phone sent it; its picture lies beside it (``.svg``)."""
    return data / FOLDER / sha256[:2] / f"{sha256}.wav"


def picture_of(data: Path, sha256: str) -> Path:
    """Where the picture of its wave lies."""
    return file_of(data, sha256).with_suffix(".svg")


def clip_of(data: Path, clip: Clip) -> Path:
    """Where the bytes of its clip lie."""
    return data / FOLDER / blob_path(clip.sha256)


def clips(data: Path) -> Blobs:
    """Where clips of recordings are kept until a submission takes them."""
    return Blobs(data / FOLDER)


def put_files(data: Path, sha256: str, came: Path, picture: str) -> None:
    """Keep the file that *came*, and the *picture* of its wave: on the disk before anybody is told that it is kept."""
    target = file_of(data, sha256)
    write(picture_of(data, sha256), picture.encode(), 0o600)
    with came.open("rb") as file:
        os.fsync(file.fileno())
    came.replace(target)
    sync_folder(target.parent)


def known_as(channel: str, sha256: str, person: str, speaker: str, language: str, made: Judged, size: int, now: datetime) -> Kept:
    """What is kept of a recording that was *made* into a clip."""
    told = tuple(map(str, made.remarks))
    return Kept(channel, sha256, person, speaker, language, made.seconds, size, made.clip, told, now)


async def keep(connection: AsyncConnection, kept: Kept) -> None:
    """Write *kept* down; sent again, it may name another speaker or language for as long as nothing uses it."""
    row = {
        **{name: getattr(kept, name) for name in ("channel", "sha256", "person", "speaker", "language", "seconds", "size")},
        "clip": kept.clip.model_dump(mode="json"),
        "remarks": list(kept.remarks),
        "received": kept.received.isoformat(),
    }
    entry = upsert(recordings).values(**row)
    corrected = {name: entry.excluded[name] for name in ("speaker", "language")}
    names = [recordings.c.channel, recordings.c.sha256]
    await connection.execute(entry.on_conflict_do_update(index_elements=names, set_=corrected, where=recordings.c.used.is_(None)))


async def one(connection: AsyncConnection, channel: str, sha256: str) -> Kept | None:
    """The recording of *channel* with this hash, if it is kept."""
    row = (await connection.execute(select(recordings).where(_named(channel, sha256)))).one_or_none()
    return None if row is None else _kept(row)


async def unused(connection: AsyncConnection, channel: str, person: str) -> Sequence[Kept]:
    """What *person* sent to *channel* and nothing uses yet, the newest first."""
    mine = (recordings.c.channel == channel) & (recordings.c.person == person) & recordings.c.used.is_(None)
    return [_kept(row) for row in await connection.execute(select(recordings).where(mine).order_by(recordings.c.received.desc()))]


async def use(connection: AsyncConnection, channel: str, sha256: str, now: datetime) -> None:
    """A submission took it: from now on it is kept for as long as what units signed."""
    await connection.execute(update(recordings).where(_named(channel, sha256)).values(used=now.isoformat()))


async def let_go(
    connection: AsyncConnection,
    data: Path,
    before: datetime,
    used_before: datetime | None,
    file_clock: Callable[[], float] = time.time,
) -> int:
    """Let go of what was received *before* and never used, and used *used_before* (None: never); how many files went.

    *file_clock* is the one by which files are dated.
    """
    gone = recordings.c.used.is_(None) & (recordings.c.received < before.isoformat())
    if used_before is not None:
        gone = gone | (recordings.c.used < used_before.isoformat())
    await connection.execute(delete(recordings).where(gone))
    rows = (await connection.execute(select(recordings.c.sha256, recordings.c.clip))).all()
    stems = {row.sha256 for row in rows} | {row.clip["sha256"] for row in rows}
    return await asyncio.to_thread(_unlink_others, data / FOLDER, stems, file_clock() - COMES_WITHIN)


def _unlink_others(folder: Path, stems: set[str], before: float) -> int:
    # A younger file may be one whose row is about to be written.
    files = [path for path in folder.rglob("*") if path.is_file()]
    others = [path for path in files if path.stem not in stems and path.stat().st_mtime < before]
    for path in others:
        path.unlink()
    return len(others)


async def count(connection: AsyncConnection, channel: str, person: str) -> int:
    """How many recordings of *person* in *channel* wait to be used."""
    mine = (recordings.c.channel == channel) & (recordings.c.person == person) & recordings.c.used.is_(None)
    return await connection.scalar(select(func.count()).select_from(recordings).where(mine)) or 0


def _named(channel: str, sha256: str) -> Any:
    return (recordings.c.channel == channel) & (recordings.c.sha256 == sha256)


def _kept(row: Row[Any]) -> Kept:
    return Kept(
        channel=row.channel,
        sha256=row.sha256,
        person=row.person,
        speaker=row.speaker,
        language=row.language,
        seconds=row.seconds,
        size=row.size,
        clip=Clip.model_validate(row.clip, strict=False),
        remarks=tuple(row.remarks),
        received=datetime.fromisoformat(row.received),
        used=datetime.fromisoformat(row.used) if row.used else None,
    )
