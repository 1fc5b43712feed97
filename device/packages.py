"""What Debian says of this machine: its suite and architecture, and which packages are installed. Read from dpkg's own file, no command."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bundle.software import Build, Package, Release
from device.paths import Paths

_FIELD = re.compile(r"^(Package|Status|Architecture|Version): *(.*?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Debian:
    """*installed* has the version of each package that is installed and configured, of this machine's own architecture or of all."""

    architecture: str
    suite: str
    installed: Mapping[str, str]

    def build(self, release: Release) -> Build | None:
        """What *release* means for this machine; ``None`` when it is for other machines."""
        return release.build(self.architecture, self.suite)

    def lacks(self, build: Build) -> tuple[Package, ...]:
        """The packages of *build* that are not installed in exactly that version."""
        return tuple(package for package in build.packages if self.installed.get(package.name) != package.version)


def read_debian(paths: Paths) -> Debian | None:
    """The machine at *paths*; ``None`` where there is no Debian, as in a checkout."""
    try:
        status = paths.dpkg_status.read_text(encoding="utf-8", errors="replace")
        about = paths.os_release.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    suite = re.search(r'^VERSION_CODENAME="?([a-z]+)"?$', about, re.MULTILINE)
    paragraphs = [dict(_FIELD.findall(each)) for each in status.split("\n\n")]
    # Not the kernel's word: a 64-bit kernel often carries a 32-bit Debian on a Pi.
    own = next((each.get("Architecture") for each in paragraphs if each.get("Package") == "dpkg"), None)
    if suite is None or own is None:
        return None
    there = [
        each for each in paragraphs if each.get("Status", "").split()[-1:] == ["installed"] and each.get("Architecture") in (own, "all")
    ]
    return Debian(own, suite[1], {each["Package"]: each.get("Version", "") for each in there if "Package" in each})
