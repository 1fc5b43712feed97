"""What Debian says of this machine: its suite and architecture, and which packages are installed. Read from dpkg's own file, no command."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bundle.software import Build, Package, Release, is_ours
from device.paths import Paths
from device.versions import later

_WHEELS = re.compile(r"\bbangtin-wheels-[a-z0-9.+-]+")
_RASPBERRY_PI = re.compile(r"[+~]rp[ti][0-9]")
"""How Raspberry Pi OS marks a package of Debian's that it built with changes of its own."""
_FIELD = re.compile(r"^(Package|Status|Architecture|Version|Depends): *(.*?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Debian:
    """*installed* has the version of each package that is installed and configured, of this machine's own architecture or of all.

    *needs* are packages of ours, in whatever state, with the libraries of ours that each needs. *broken* are names of packages that
    are there, but not whole.
    """

    architecture: str
    suite: str
    installed: Mapping[str, str]
    needs: Mapping[str, frozenset[str]]
    broken: frozenset[str] = frozenset()

    def build(self, release: Release) -> Build | None:
        """What *release* means for this machine; ``None`` when it is for other machines."""
        return release.build(self.architecture, self.suite)

    def lacks(self, build: Build) -> tuple[Package, ...]:
        """The packages of *build* that belong here and are not: ours in exactly that version, Debian's as updates of what is here."""
        return tuple(package for package in build.packages if self._lacks(package))

    def _lacks(self, package: Package) -> bool:
        version = self.installed.get(package.name)
        if is_ours(package.name):
            return version != package.version
        if version is None:
            return package.name in self.broken
        # Debian's file would undo what Raspberry Pi OS changed for this hardware, and never lead a package back.
        return _RASPBERRY_PI.search(version) is None and later(package.version, version)


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
    own_ones = [each for each in paragraphs if "Package" in each and each.get("Architecture") in (own, "all")]
    states = {each["Package"]: each.get("Status", "").split()[-1:] for each in own_ones}
    installed = {each["Package"]: each.get("Version", "") for each in own_ones if states[each["Package"]] == ["installed"]}
    broken = frozenset(name for name, state in states.items() if state not in (["installed"], ["config-files"], ["not-installed"]))
    there = (each for each in paragraphs if each.get("Status", "").split()[-1:] != ["not-installed"])
    needs = {name: frozenset(_WHEELS.findall(each.get("Depends", ""))) for each in there if is_ours(name := each.get("Package", ""))}
    return Debian(own, suite[1], installed, needs, broken)
