"""The other kinds of page: built-in, table, long, caption, signs, a sponsor's mark, a picture, a film's poster; by day and by night."""

from dataclasses import replace
from pathlib import Path

from PIL import Image

from director.decision import ScreenDecision
from tests.display.gallery.boards import BOARDS
from tests.display.gallery.painted import pages, shown
from tests.display.gallery.pictured import FESTIVAL, SPONSOR_MARK, film
from tests.display.gallery.scenes import Scene
from tests.display.gallery.sheet import scaled, sheet
from tests.display.samples import SPONSOR, board, gallery, notice

KINDS = ("builtin", "short", "table", "long", "khmer", "sponsor", "signs", "caption", "picture", "film")
LAST = frozenset(("picture", "film"))
"""Kinds of which the words come first, and what they are about on the last page."""
LANDSCAPE, PORTRAIT = BOARDS[:2]


def kinds(folder: Path) -> dict[str, Image.Image]:
    """A sheet for landscape and one for portrait; every page as a file of its own in *folder*."""
    decisions = gallery() | _with_pictures()
    found = {}
    for each in (LANDSCAPE, PORTRAIT):
        cells = {}
        for kind in KINDS:
            for when, light in each.lights.items():
                scene = Scene(each, kind, when, light, decisions[kind])
                every = pages(scene)
                chosen = len(every) if kind in LAST else 1
                for n, page in enumerate(every, 1):
                    picture = Image.fromarray(shown(page, scene))
                    picture.save(folder / f"kind-{scene.name}-p{n}.png", compress_level=3)
                    if n == chosen:
                        cells[when, kind] = scaled(picture, each.shrunk)
        found[f"kinds-{each.name}"] = sheet(cells, list(each.lights), KINDS)
    return found


def _with_pictures() -> dict[str, ScreenDecision]:
    """The kinds that show a file of the commune's."""
    words = "Mời bà con đến dự ngày hội tại sân vận động xã, sáng Chủ nhật."
    mark = SPONSOR.model_copy(update={"sponsor": "Hợp tác xã Lúa Xanh An Phú", "picture": SPONSOR_MARK})
    return {
        "sponsor": replace(gallery()["hmong"], sponsor=mark),
        "picture": board(notice("ngay-hoi", "Ngày hội xã An Phú", words, pictures=(FESTIVAL,))),
        "film": board(notice("phim", "Phòng cháy, chữa cháy rừng", words, film=film(FESTIVAL))),
    }
