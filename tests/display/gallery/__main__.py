"""``make gallery``: every page of every board, tongue, light and level, measured; contact sheets in docs/board, pages in build/gallery."""

import os
import sys
from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from PIL import Image

from tests.display.gallery.boards import BOARDS, Board
from tests.display.gallery.checks import Measured, codes, measured, readable
from tests.display.gallery.kinds import kinds
from tests.display.gallery.painted import pages, shown
from tests.display.gallery.read import letters_read, right
from tests.display.gallery.report import ALL, EACH, readme
from tests.display.gallery.scenes import Scene, scenes
from tests.display.gallery.set_up import STORIES, SetUpScene, set_up_scenes
from tests.display.gallery.sheet import save_small, scaled, sheet

HOUSE = Path(__file__).parents[3]
SINGLE, SHEETS = HOUSE / "build" / "gallery", HOUSE / "docs" / "board"
SET_UP = ("landscape", "portrait", "wall-512x256")
READ = ("landscape", "portrait")
"""The boards of 1080p, of which tesseract reads the Vietnamese."""


def main(names: list[str]) -> int:
    """Paint and measure the boards called *names*, or all; the exit status is 1 when anything falls short."""
    boards = [board for board in BOARDS if not names or board.name in names]
    SINGLE.mkdir(parents=True, exist_ok=True)
    results: dict[str, Measured] = {}
    os.environ["OMP_THREAD_LIMIT"] = "1"  # tesseract's threads only wait for each other on such small pictures
    with ProcessPoolExecutor() as workers:
        for board in boards:
            found = results[board.name] = Measured()
            every = list(scenes(board))
            for each in workers.map(_one, every, chunksize=2):
                found.add(each)
            for each in workers.map(set_up_one, set_up_scenes(board), chunksize=2):
                found.add(each)
            _judge_reading(board, found)
            _sheets(board, every)
            print(f"{board.name}: {found.pages} pages, {len(found.faults)} faults", flush=True)
    if not names:
        for name, picture in kinds(SINGLE).items():
            save_small(picture, SHEETS / f"{name}.png")
        save_small(set_up_sheet(), SHEETS / "set-up.png")
        save_small(Image.open(SINGLE / "landscape-vi-day-p1.png").convert("RGB"), SHEETS / "notice.png")
        (SHEETS / "README.md").write_text(readme(BOARDS, results), encoding="utf-8")
    faults = [fault for found in results.values() for fault in found.faults]
    print(*faults, sep="\n")
    return 1 if faults else 0


def _one(scene: Scene) -> Measured:
    """Paint, keep and measure every page of *scene*."""
    found, every = Measured(), pages(scene)
    pictures = [shown(page, scene) for page in every]
    files = [SINGLE / f"{scene.name}-p{n}.png" for n in range(1, len(every) + 1)]
    for page, picture, file in zip(every, pictures, files, strict=True):
        Image.fromarray(picture).save(file, compress_level=3)
        found.add(measured(scene, page, picture))
        if scene.board.name in READ and scene.row == "vi":
            read = letters_read(page, picture)
            counted = sum(right(meant, seen) for meant, seen in read), sum(len(meant) for meant, _ in read)
            found.read.append(counted)
            if counted[0] < EACH * counted[1]:
                found.faults.append(f"{file.stem}: tesseract reads {counted[0]} of {counted[1]} letters: {read}")
    found.add(codes(scene, every, pictures, files))
    return found


def set_up_one(scene: SetUpScene) -> Measured:
    """Paint, keep and measure every page of a unit that is being set up."""
    found, every = Measured(), scene.pages()
    pictures = [shown(page, scene) for page in every]
    files = [SINGLE / f"{scene.name}-p{n}.png" for n in range(1, len(every) + 1)]
    for page, picture, file in zip(every, pictures, files, strict=True):
        Image.fromarray(picture).save(file, compress_level=3)
        found.add(measured(scene, page, picture))
    found.add(readable(scene.name, every, pictures, files))
    return found


def set_up_sheet() -> Image.Image:
    """The first page of every story on the boards that have room for a code, by day."""
    boards = [board for board in BOARDS if board.name in SET_UP]
    cells = {
        (board.name, story): scaled(Image.open(SINGLE / f"{board.name}-set-up-{story}-day-p1.png"), board.shrunk)
        for board in boards
        for story in STORIES
    }
    return sheet(cells, [board.name for board in boards], list(STORIES))


def _judge_reading(board: Board, found: Measured) -> None:
    good, every = (sum(column) for column in zip(*found.read, strict=True)) if found.read else (0, 0)
    if good < ALL * every:
        found.faults.append(f"{board.name}: tesseract reads {good} of {every} letters")


def _sheets(board: Board, every: Iterable[Scene]) -> None:
    """One sheet for each light, because a sheet of all would be too wide to look at."""
    by_light: dict[str, dict[tuple[str, str], Image.Image]] = defaultdict(dict)
    for scene in every:
        light = next(name for name, light in board.lights.items() if light is scene.light)
        picture = Image.open(SINGLE / f"{scene.name}-p1.png")
        by_light[light][scene.row, scene.column] = scaled(picture, board.shrunk)
    for light, cells in by_light.items():
        rows, columns = (list(dict.fromkeys(names)) for names in zip(*cells, strict=True))
        save_small(sheet(cells, rows, columns), SHEETS / f"{board.name}-{light}.png")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
