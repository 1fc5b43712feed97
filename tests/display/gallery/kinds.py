"""The other kinds of page on a landscape board: built-in, table, long, caption, signs, a sponsor, a picture; by day and by night."""

from pathlib import Path

from PIL import Image

from tests.display.gallery.boards import BOARDS
from tests.display.gallery.painted import pages, shown
from tests.display.gallery.scenes import Scene
from tests.display.gallery.sheet import scaled, sheet
from tests.display.samples import gallery

KINDS = ("builtin", "short", "table", "long", "khmer", "hmong", "signs", "caption")
LANDSCAPE, PORTRAIT = BOARDS[:2]


def kinds(folder: Path) -> dict[str, Image.Image]:
    """A sheet for landscape and one for portrait; every page as a file of its own in *folder*."""
    decisions = gallery()
    found = {}
    for board in (LANDSCAPE, PORTRAIT):
        cells = {}
        for kind in KINDS:
            for when, light in board.lights.items():
                scene = Scene(board, kind, when, light, decisions[kind])
                for n, page in enumerate(pages(scene), 1):
                    picture = Image.fromarray(shown(page, scene))
                    picture.save(folder / f"kind-{scene.name}-p{n}.png", compress_level=3)
                    if n == 1:
                        cells[when, kind] = scaled(picture, board.shrunk)
        found[f"kinds-{board.name}"] = sheet(cells, list(board.lights), KINDS)
    return found
