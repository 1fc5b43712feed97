"""Whose work is in a package: the copyright file that Debian asks for, made from what each library says of itself."""

import zipfile
from collections.abc import Sequence
from email.parser import HeaderParser
from pathlib import Path

OURS = "Files: *\nCopyright: 2026 the authors of bangtin\nLicense: none-published\n All rights remain with the authors of bangtin.\n"
FORMAT = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: bangtin\n\n"


def of_product() -> str:
    """Our own code."""
    return FORMAT + OURS


def of_wheels(wheels: Sequence[Path], folder: str) -> str:
    """One entry for each of *wheels*; the full licences lie beside the library, in its dist-info *folder*."""
    return FORMAT + "\n".join(_entry(wheel, folder) for wheel in sorted(wheels))


def _entry(wheel: Path, folder: str) -> str:
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (name for name in packed.namelist() if name.count("/") == 1 and name.endswith(".dist-info/METADATA"))
        said = HeaderParser().parsestr(packed.read(name).decode("utf-8", "replace"))
    spoken = said.get("License-Expression") or said.get("License") or "see its files"
    licence = spoken.strip().splitlines()[0].strip()
    who = said.get("Author") or said.get("Author-email") or said.get("Maintainer") or f"the authors of {said['Name']}"
    return (
        f"Files: usr/lib/bangtin/{folder}/* ({said['Name']} {said['Version']})\n"
        f"Copyright: {' '.join(who.split())}\n"
        f"License: {said['Name']}\n {licence}\n The full text lies in /usr/lib/bangtin/{folder}/{name.partition('/')[0]}.\n"
    )
