"""Debian's packages by this machine's own apt: which mirrors it uses, and packages fetched and unpacked without installing them."""

import re
import subprocess
from pathlib import Path

from tests.guest.architecture import AMD64, Architecture

HEADERS = "linux-headers-"
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"


def release() -> str:
    """This machine's release by name; the guest is the same, so that their Pythons can read each other's libraries."""
    said = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines() if "=" in line)
    if said["ID"].strip('"') != "debian":
        raise SystemExit(f"máy này không chạy Debian / this machine is not Debian but {said['ID']}: `make guest` builds on Debian")
    return said["VERSION_CODENAME"].strip('"')


def sources() -> str:
    """The lines of a ``sources.list`` with the Debian mirrors that this machine's apt is told to use."""
    asked = "$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)"
    listed = told("apt-get", "indextargets", "--format", asked, "Created-By: Packages").splitlines()
    lines = []
    for line in dict.fromkeys(listed):
        origin, address, suite, component = line.split("|")
        if origin == "Debian":
            lines.append(f"deb [signed-by={KEYS}] {address} {suite} {component}")
    if not lines:
        raise SystemExit("apt chưa có danh mục Debian / apt knows no Debian index yet: apt-get update")
    return "\n".join(lines) + "\n"


class Apt:
    """Packages of *architecture* fetched and unpacked, never installed: its lists are in *folder*, this machine's own stay as they are."""

    def __init__(self, architecture: Architecture, folder: Path) -> None:
        lists = folder / "lists"
        lists.mkdir(parents=True)
        (folder / "sources.list").write_text(sources(), encoding="ascii")
        settings = {
            "APT::Architecture": architecture.name,
            "APT::Architectures": architecture.name,
            "APT::Sandbox::User": "root",
            "Dir::State::lists": lists,
            "Dir::State::status": "/dev/null",
            "Dir::Cache": folder,
            "Dir::Etc::sourcelist": folder / "sources.list",
            "Dir::Etc::sourceparts": "-",
        }
        self._apt = ["apt-get", "-qq", *(word for name, value in settings.items() for word in ("-o", f"{name}={value}"))]
        subprocess.run([*self._apt, "update"], check=True)

    def unpack(self, package: str, target: Path) -> None:
        """Lay the files of *package* below *target*."""
        target.mkdir(parents=True, exist_ok=True)
        subprocess.run([*self._apt, "download", package], cwd=target, check=True)
        for file in target.glob(f"{package}_*.deb"):
            subprocess.run(["dpkg", "-x", file.name, "."], cwd=target, check=True)
            file.unlink()


def kernel_version(architecture: Architecture) -> str:
    """The newest kernel for which Debian's headers are installed here; the guest runs that one, whatever its *architecture*."""
    found = [path.name.removeprefix(HEADERS) for path in Path("/usr/src").glob(f"{HEADERS}*")]
    ours = [name for name in found if AMD64.is_kernel(name)]
    if not ours:
        raise SystemExit("thiếu linux-headers-amd64 / the kernel's headers are missing: apt-get install linux-headers-amd64 linux-source")
    newest = max(ours, key=lambda name: [int(part) for part in re.findall(r"\d+", name)])
    return newest.removesuffix(AMD64.name) + architecture.name


def told(*command: str) -> str:
    """What *command* prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
