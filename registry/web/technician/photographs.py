"""Photographs of a site: turned upright, freed of what phones write into them, made small, and kept as files named by their hash."""

import asyncio
import hashlib
import io
import tempfile
from datetime import datetime
from pathlib import Path

from PIL import Image
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bundle.errors import refuse
from registry.making.pictures import open_picture
from registry.storage.upsert import upsert
from registry.trust.files import write
from registry.web.rules import Rules
from registry.web.technician.tables import photos, waiting

WHERE = "ảnh / photo"
QUALITIES = (85, 75, 65, 50, 35)
SMALLER = 0.75


async def take_in(data: Path, raw: bytes, rules: Rules) -> str:
    """Keep the photograph *raw* below the folder *data*; its SHA-256. ``Refused`` when it is none that we can read."""
    picture = await asyncio.to_thread(reduced, raw, rules)
    name = hashlib.sha256(picture).hexdigest()
    await asyncio.to_thread(write, path_of(data, name), picture, 0o600)
    return name


def path_of(data: Path, sha256: str) -> Path:
    """Where it is kept."""
    return data / "photos" / sha256[:2] / f"{sha256}.jpg"


def reduced(raw: bytes, rules: Rules) -> bytes:
    """*raw* as a JPEG of pixels alone (no place, no time, no name of a phone) of at most ``photo_bytes``."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "photo"
        path.write_bytes(raw)
        picture = open_picture(path, WHERE)
    picture.info.clear()
    picture.thumbnail((rules.photo_side, rules.photo_side), Image.Resampling.LANCZOS)
    while True:
        for quality in QUALITIES:
            made = io.BytesIO()
            picture.save(made, "JPEG", quality=quality, optimize=True)
            if made.tell() <= rules.photo_bytes:
                return made.getvalue()
        picture = picture.resize((max(1, int(picture.width * SMALLER)), max(1, int(picture.height * SMALLER))), Image.Resampling.LANCZOS)


async def add(connection: AsyncConnection, thumbprint: str, sha256: str, technician: str, now: datetime, rules: Rules) -> None:
    """One more photograph of the unit with this key; ``Refused`` when there are enough."""
    mine = (photos.c.thumbprint == thumbprint) & photos.c.unit.is_(None)
    if (await connection.scalar(select(func.count()).select_from(photos).where(mine)) or 0) >= rules.most_photos:
        what = f"đã đủ {rules.most_photos} ảnh / there are {rules.most_photos} photos already"
        raise refuse(WHERE, what, "bỏ một ảnh rồi chụp lại / remove one first")
    row = {"sha256": sha256, "thumbprint": thumbprint, "technician": technician, "added": now.isoformat()}
    await connection.execute(upsert(photos).values(**row).on_conflict_do_nothing())


async def tidy(connection: AsyncConnection, data: Path, before: datetime) -> int:
    """Let go of photographs of units that never came in, and of files older than *before* that nobody refers to; how many files."""
    gone = photos.c.unit.is_(None) & photos.c.thumbprint.not_in(select(waiting.c.thumbprint)) & (photos.c.added < before.isoformat())
    await connection.execute(delete(photos).where(gone))
    kept = set(await connection.scalars(select(photos.c.sha256)))
    return await asyncio.to_thread(_unlink_others, data / "photos", kept, before)


def _unlink_others(folder: Path, kept: set[str], before: datetime) -> int:
    # A younger file may be one whose row is about to be written.
    others = [path for path in folder.glob("*/*.jpg") if path.stem not in kept and path.stat().st_mtime < before.timestamp()]
    for path in others:
        path.unlink()
    return len(others)


async def remove(connection: AsyncConnection, thumbprint: str, sha256: str) -> None:
    """One photograph less of a unit that still waits; the file is tidied away later."""
    mine = (photos.c.thumbprint == thumbprint) & (photos.c.sha256 == sha256) & photos.c.unit.is_(None)
    await connection.execute(delete(photos).where(mine))
