"""Debian's packages by this machine's own apt: which mirrors it uses, and packages fetched and unpacked without installing them."""

import re
import subprocess
from pathlib import Path

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


def unpack(package: str, target: Path) -> None:
    """Fetch *package* and lay its files below *target*; nothing is installed here."""
    target.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "-o", "APT::Sandbox::User=root", "download", "-qq", package], cwd=target, check=True)
    for file in target.glob(f"{package}_*.deb"):
        subprocess.run(["dpkg", "-x", file.name, "."], cwd=target, check=True)
        file.unlink()


def kernel_version() -> str:
    """The newest kernel for which Debian's headers are installed here; the guest runs that one."""
    found = [match[1] for path in Path("/usr/src").iterdir() if (match := re.fullmatch(r"linux-headers-(\d.*-amd64)", path.name))]
    if not found:
        raise SystemExit("thiếu linux-headers-amd64 / the kernel's headers are missing: apt-get install linux-headers-amd64 linux-source")
    return max(found, key=lambda name: [int(part) for part in re.findall(r"\d+", name)])


def told(*command: str) -> str:
    """What *command* prints."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
