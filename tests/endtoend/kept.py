"""Pictures that a journey keeps for whoever wants to look: KEEP_PICTURES=FOLDER pytest -m endtoend …; the handbook is made from them."""

import os
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page


def keep_page(page: Page, name: str) -> None:
    """What the phone shows, as *name*.png."""
    if folder := os.environ.get("KEEP_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def keep_file(source: Path, name: str) -> None:
    """A file as it is, under *name*."""
    if folder := os.environ.get("KEEP_PICTURES"):
        shutil.copy(source, Path(folder) / name)


def board(village, target: Path) -> Path:
    """What the board of *village*'s unit presents now, as the unit itself reads it back."""
    taken = target.with_suffix(".webp")
    village.stage.command("display", "screenshot", "--root", village.paths.root, "--out", taken)
    with Image.open(taken) as picture:
        picture.convert("RGB").save(target)
    return target
