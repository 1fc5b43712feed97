"""``python -m tests.registry.alerts.cap FOLDER`` paints every page of every issuer's file, and one sheet of the first ones."""

import asyncio
import sys
from pathlib import Path

from PIL import Image

from tests.display.gallery.sheet import save_small, scaled, sheet
from tests.registry.alerts.cap.story import FILES, LOOKED_AT, board, painted, pulled, scene

SMALLER = {"landscape": 0.13, "portrait": 0.1, "wall-512x256": 0.45}


def main(folder: Path) -> None:
    """All pages into *folder*, with ``sheet.png``."""
    cells: dict[tuple[str, str], Image.Image] = {}
    for name in FILES:
        story = asyncio.run(pulled(name))
        for language in (text.language for text in story.alert.versions):
            for where in LOOKED_AT:
                for number, picture in enumerate(painted(scene(story, board(where), language)), 1):
                    folder.mkdir(parents=True, exist_ok=True)
                    picture.save(folder / f"{name}-{language}-{where}-{number}.png")
                    if number == 1 and where in SMALLER:
                        cells[f"{name} {language}", where] = scaled(picture, SMALLER[where])
    save_small(sheet(cells, list(dict.fromkeys(row for row, _ in cells)), list(SMALLER)), folder / "sheet.png")


main(Path(sys.argv[1]))
