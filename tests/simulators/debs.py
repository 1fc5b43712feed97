"""Tiny real Debian packages, built by dpkg-deb, and a real dpkg and apt below a folder of their own to install them."""

import subprocess
from pathlib import Path

from bundle.software import Package
from device.paths import Paths
from tests.simulators.content import package_of

ACTIVATE = """#!/bin/sh
# What the real one does that matters here: the link first, the good one too unless it is on trial; then everything begins anew.
set -e
home=$(cd "$(dirname "$0")/../.." && pwd)
version=$(basename "$(cd "$(dirname "$0")/.." && pwd)")
ln -s "$version" "$home/.current.new" && mv -T "$home/.current.new" "$home/current"
if [ "$1" != --on-trial ]; then ln -s "$version" "$home/.good.new" && mv -T "$home/.good.new" "$home/good"; fi
echo "$version" >> "$home/activations"
{more}
"""


def deb(
    folder: Path,
    name: str,
    version: str = "1",
    files: dict[str, str] | None = None,
    depends: str = "",
    architecture: str = "amd64",
    scripts: dict[str, str] | None = None,
) -> bytes:
    """The bytes of a package with these *files* (executable when they begin with #!) and maintainer *scripts*."""
    tree = folder / f"{name}-{version}-{architecture}"
    control = tree / "DEBIAN"
    control.mkdir(parents=True)
    fields = {"Package": name, "Version": version, "Architecture": architecture, "Maintainer": "x <x@thon.example>", "Installed-Size": "4"}
    fields |= {"Depends": depends} if depends else {}
    (control / "control").write_text("".join(f"{key}: {value}\n" for key, value in fields.items()) + "Description: test\n")
    for script, text in (scripts or {}).items():
        (control / script).write_text(text)
        (control / script).chmod(0o755)
    for path, text in (files or {}).items():
        file = tree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755 if text.startswith("#!") else 0o644)
    made = folder / f"{tree.name}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made], check=True, capture_output=True)
    return made.read_bytes()


def version_deb(folder: Path, software: str, wheels: str, more: str = "", **other: str) -> bytes:
    """A version of ours that can be activated, and then does *more* (shell)."""
    home = f"usr/lib/bangtin/{software}"
    files = {f"{home}/bin/activate": ACTIVATE.replace("{more}", more), f"{home}/about": f"version {software}\n"}
    return deb(folder, f"bangtin-{software}", software, files, f"bangtin-wheels-{wheels}", **other)


def wheels_deb(folder: Path, digest: str) -> bytes:
    """Libraries of ours."""
    return deb(folder, f"bangtin-wheels-{digest}", "1", {f"usr/lib/bangtin/wheels-{digest}/library": digest})


def named(blob: bytes, name: str, version: str = "1") -> Package:
    """The signed description of a package file."""
    return package_of(blob, name, version)


def empty_debian(paths: Paths, suite: str = "bookworm") -> None:
    """A root folder in which dpkg and apt work, with a dpkg that says which architecture this is."""
    root = paths.root
    for name in (
        "var/lib/dpkg/info",
        "var/lib/dpkg/updates",
        "var/lib/apt/lists/partial",
        "var/cache/apt/archives/partial",
        "var/log/apt",
        "etc/apt",
    ):
        (root / name).mkdir(parents=True, exist_ok=True)
    paths.os_release.write_text(f"ID=debian\nVERSION_CODENAME={suite}\n")
    (root / "var/lib/dpkg/info/dpkg.list").write_text("")
    who = "Maintainer: x <x@thon.example>\nArchitecture: amd64\nVersion: 1.21.22\nDescription: x\n"
    paths.dpkg_status.write_text(f"Package: dpkg\nStatus: install ok installed\n{who}")


def install(paths: Paths, folder: Path, *blobs: bytes) -> None:
    """Install packages with dpkg alone, as the technician did long ago."""
    files = []
    for number, blob in enumerate(blobs):
        files.append(folder / f"first-{number}.deb")
        files[-1].write_bytes(blob)
    subprocess.run(["dpkg", f"--root={paths.root}", "--install", *files], check=True, capture_output=True)
