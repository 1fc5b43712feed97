"""A film for the board: checked, stripped to its moving pictures, or refused with the command that mends it."""

import tempfile
from dataclasses import replace
from pathlib import Path

from bundle.asset import Film, MediaType
from bundle.errors import Refused, refuse
from registry.making.blobs import Blobs
from registry.making.film.faults import Fault, Seen, Trouble, faults
from registry.making.film.limits import FilmLimits
from registry.making.film.looking import Watched, look, watch, write_silent
from registry.making.film.recipe import recipe
from registry.making.pictures import keep_picture

SUFFIXES = {".mp4", ".m4v", ".mov", ".3gp", ".mkv", ".webm", ".avi", ".mts", ".m2ts", ".mpg", ".wmv", ".flv", ".ts"}


def make_film(path: Path, where: str, blobs: Blobs, limits: FilmLimits) -> Film:
    """The film at *path* as a blob; ``Refused`` with every reason and one ffmpeg command that mends them all.

    Its sound is left out: a board is silent. So are titles and places, which telephones write into films.
    """
    seen = look(path, where)
    # What sound weighs is not sent to anybody, so it is not counted yet.
    _refuse(tuple(fault for fault in faults(seen, limits) if fault.trouble is not Trouble.WEIGHT), path, where, seen, limits)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "film.mp4"
        write_silent(path, made, where)
        watched = watch(made, path.name, where)
        small = replace(seen, size=made.stat().st_size, rate=float(max(seen.rate, watched.busiest - 1)), duration=watched.seconds)
        _refuse(faults(small, limits), path, where, small, limits)
        return _kept(made.read_bytes(), seen, watched, blobs)


def _kept(data: bytes, seen: Seen, watched: Watched, blobs: Blobs) -> Film:
    return Film(
        sha256=blobs.keep(data),
        size=len(data),
        media=MediaType.VIDEO,
        width=seen.width,
        height=seen.height,
        rate=watched.frames / watched.seconds,
        duration=watched.seconds,
        poster=keep_picture(watched.poster, blobs),
    )


def _refuse(found: tuple[Fault, ...], path: Path, where: str, seen: Seen, limits: FilmLimits) -> None:
    if found:
        raise _refusal(found, path, where, seen, limits)


def _refusal(found: tuple[Fault, ...], path: Path, where: str, seen: Seen, limits: FilmLimits) -> Refused:
    why = "; ".join(fault.told for fault in found)
    do = f"chạy lệnh này rồi ghi tên tệp mới / run this and name the new file: {recipe(path.name, seen, found, limits)}"
    return refuse(where, f"bảng không chiếu được “{path.name}” / boards cannot show it: {why}", do)
