"""The checkout as a disk for the guest: a virtual environment at /opt/bangtin with the packages as they are now, and deploy/ beside."""

import shutil
import tomllib
from pathlib import Path

from display.libraries import parse_once
from tests.guest import root
from tests.guest.recipe import HOUSE

ENVIRONMENT = "home = /usr/bin\ninclude-system-site-packages = true\nversion = 3.11\n"
COMMAND = "#!/opt/bangtin/bin/python\nimport sys\n\nfrom bangtin.main import main\n\nsys.exit(main())\n"


def product_disk(folder: Path) -> Path:
    """The disk's file, made in *folder*; the libraries are in the guest's first disk."""
    settings = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
    work, file = folder / "product", folder / "product.ext4"
    packages = work / "lib/python3.11/site-packages"
    for pattern in settings["tool"]["setuptools"]["packages"]["find"]["include"]:
        name = pattern.rstrip("*")
        shutil.copytree(HOUSE / name, packages / name, ignore=shutil.ignore_patterns("__pycache__"))
    declarations = parse_once()
    shutil.copytree(declarations, packages / declarations.name, ignore=shutil.ignore_patterns("__pycache__"))
    root.compile_all(packages)
    shutil.copytree(HOUSE / "deploy", work / "deploy")
    (work / "pyvenv.cfg").write_text(ENVIRONMENT, encoding="ascii")
    (work / "bin").mkdir()
    (work / "bin/python").symlink_to("/usr/bin/python3")
    command = work / "bin/bangtin"
    command.write_text(COMMAND, encoding="ascii")
    command.chmod(0o755)
    root.image(work, file, megabytes=64, label="product")
    return file
