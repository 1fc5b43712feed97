"""``python -m tests.registry.web.pictures``: open every page once more, and make docs/registry from what was seen."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.registry.web.pictures.camera import SIZES
from tests.registry.web.pictures.catalogue import ALL, CHAPTERS, Shown

HOUSE = Path(__file__).parents[4]
TARGET = HOUSE / "docs/registry"
COLOURS = 64
HEAD = """# The registry's pages

Every page on a phone of 360 × 740 and on a PC of 1280, taken from a real registry with an invented commune by `make pictures`,
which also runs axe-core on each. A page that is longer than its picture is cut at its foot.
"""


def main() -> int:
    """Make all of them anew; a page that no longer shows, or that somebody does not get through, ends it."""
    with tempfile.TemporaryDirectory() as seen:
        command = [sys.executable, "-m", "pytest", "-m", "pictures", "-n", "2", str(Path(__file__).parent), *sys.argv[1:]]
        if code := subprocess.run(command, cwd=HOUSE, env={**os.environ, "KEEP_PICTURES": seen}, check=False).returncode:
            return code
        keep(Path(seen))
    return 0


def keep(seen: Path) -> None:
    """Make the folder and its index of the pictures in *seen*; what no catalogue names any more goes."""
    TARGET.mkdir(exist_ok=True)
    for path in seen.glob("*.png"):
        with Image.open(path) as picture:
            # Pages of few colours: a palette makes them a third as large, and nobody sees it.
            picture.convert("RGB").quantize(COLOURS).save(TARGET / path.name, optimize=True)
    wanted = {f"{shown.name}.{size}.png" for shown in ALL for size in SIZES}
    for path in TARGET.glob("*.png"):
        if path.name not in wanted:
            path.unlink()
    (TARGET / "README.md").write_text(index())


def index() -> str:
    """The page that shows all pictures, each with what one sees and does there."""
    chapters = (f"\n## {title} · {english}\n" + "".join(map(entry, pages)) for (title, english), pages in CHAPTERS.items())
    return HEAD + "".join(chapters)


def entry(shown: Shown) -> str:
    """One page of the index."""
    title = " · ".join(shown.title)
    row = " | ".join(f"![{title}]({shown.name}.{size}.png)" for size in reversed(SIZES))
    return f"\n### {title}\n\n{shown.what} `{shown.route}`\n\n| điện thoại · phone | máy tính · PC |\n|---|---|\n| {row} |\n"


if __name__ == "__main__":
    sys.exit(main())
