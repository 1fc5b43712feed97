"""Debian's own packages for a target, by the mirrors that this machine's apt uses, without touching what is installed here."""

import subprocess
from pathlib import Path

from deploy.deb.target import Target

KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"


def unpack(package: str, target: Target, folder: Path) -> None:
    """Fetch *package* as it is for *target*, and lay its files below *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    options = _options(target, folder.parent / "apt")
    subprocess.run(["apt-get", *options, "update", "-qq"], check=True)
    subprocess.run(["apt-get", *options, "download", "-qq", f"{package}:{target.arch.value}"], cwd=folder, check=True)
    for file in sorted(folder.glob("*.deb")):
        subprocess.run(["dpkg", "-x", file, folder], check=True)
        file.unlink()


def mirror() -> str:
    """The address of the Debian archive that this machine's apt was told."""
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)", "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for line in listed.splitlines():
        origin, label, address = line.split("|")
        if origin == label == "Debian":
            return address
    raise SystemExit("apt chưa có danh mục Debian / apt knows no Debian index yet: apt-get update")


def _options(target: Target, folder: Path) -> list[str]:
    """An apt of its own below *folder*, which knows *target* only."""
    for name in ("lists/partial", "cache/archives/partial", "state"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    sources = folder / "sources.list"
    sources.write_text(f"deb [signed-by={KEYS}] {mirror()} {target.suite.value} main\n", encoding="ascii")
    (folder / "status").touch()
    settings = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": folder / "lists",
        "Dir::State::status": folder / "status",
        "Dir::Cache": folder / "cache",
        "APT::Architecture": target.arch.value,
        "APT::Architectures": target.arch.value,
        "APT::Sandbox::User": "root",
    }
    return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
