"""The folders of the two packages as they lie on a unit: one for the libraries, one for each version of our own code."""

import shutil
from collections.abc import Callable
from pathlib import Path

from deploy.deb.target import Target
from display.libraries import parse_once

HOME = Path("usr/lib/bangtin")
CENTRE = ("registry", "bangtin/archive", "bangtin/cards", "bangtin/demo", "bangtin/preview", "bangtin/publish.py")
"""What officers and the registry use; it stays away from a unit, whose libraries do not carry it."""
SYSTEM = {
    "systemd": "systemd/system",
    "system.conf.d": "systemd/system.conf.d",
    "journald.conf.d": "systemd/journald.conf.d",
    "sysusers.d": "sysusers.d",
    "tmpfiles.d": "tmpfiles.d",
    "udev": "udev/rules.d",
    "modprobe.d": "modprobe.d",
    "chrony": "chrony",
    "chrony/chrony.service.d": "systemd/system/chrony.service.d",
    "NetworkManager": "NetworkManager/conf.d",
    "polkit": "polkit-1/rules.d",
}
"""Which folder of deploy/ becomes which one below /etc; activation links every file of it there."""
VENV = "home = /usr/bin\ninclude-system-site-packages = false\nversion = {python}\n"
COMMAND = "#!/usr/lib/bangtin/{version}/bin/python -P\nimport sys\n\nfrom {module} import main\n\nsys.exit(main())\n"
COMMANDS = {
    "bangtin": "bangtin.main",
    "activate": "caretaker.activation",
    "deactivate": "caretaker.removal",
    "upgrade": "caretaker.software.main",
}
METADATA = "Metadata-Version: 2.1\nName: bangtin\nVersion: {version}\n"


def version_folder(house: Path, root: Path, version: str, wheels: str, packages: tuple[str, ...], target: Target) -> None:
    """Lay out *version* of the *packages* in *house* below *root*; its libraries are the folder called *wheels* beside it."""
    home = root / HOME / version
    site = home / f"lib/python{target.suite.python}/site-packages"
    for name in packages:
        shutil.copytree(house / name, site / name, ignore=_left_out(house))
    declarations = parse_once()
    shutil.copytree(declarations, site / declarations.name, ignore=shutil.ignore_patterns("__pycache__"))
    (site / "bangtin-wheels.pth").write_text(f"/{HOME / wheels}\n", encoding="ascii")
    _write(site / f"bangtin-{version}.dist-info/METADATA", METADATA.format(version=version))
    _write(home / "pyvenv.cfg", VENV.format(python=target.suite.python))
    for name, module in COMMANDS.items():
        _write(home / "bin" / name, COMMAND.format(version=version, module=module), 0o755)
    (home / "bin/python").symlink_to(f"../../../../bin/python{target.suite.python}")
    for page in sorted((house / "docs").glob("*.md")):
        _write(home / "doc" / page.name, page.read_text(encoding="utf-8"))
    for source, place in SYSTEM.items():
        for path in sorted((house / "deploy" / source).glob("*")):
            if path.is_file():
                _write(home / "system/etc" / place / path.name, path.read_text(encoding="utf-8"))


def _left_out(house: Path) -> Callable[[str, list[str]], set[str]]:
    centre = {house / name for name in CENTRE}

    def ignore(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if name == "__pycache__" or Path(folder) / name in centre}

    return ignore


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
