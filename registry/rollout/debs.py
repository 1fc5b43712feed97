"""From Debian package files to the builds of a release: what each is, for which suite and architecture, and what must lie beside it."""

import hashlib
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bundle.errors import Complaint, Refused, refuse
from bundle.software import Build, Package, is_ours

SUITES = {"12": "bookworm", "13": "trixie"}
"""By the number that Debian, and our own build, put into versions: …+deb12, …~deb12u3."""
ALL = "all"
_NUMBER = re.compile(r"[+~.]deb(\d+)")
_FIELDS = ("Package", "Version", "Architecture", "Depends")
_OWN = re.compile(r"bangtin-(?=[0-9])")


@dataclass(frozen=True)
class Deb:
    """One package file; *libraries* are the packages of ours that it needs, *needs* what one of ours needs of Debian, as it says it."""

    file: Path
    package: Package
    architecture: str
    suite: str
    libraries: tuple[str, ...]
    needs: tuple[str, ...]


def read_deb(text: str) -> Deb:
    """The package file at ``FILE``, or at ``SUITE=FILE`` where its version does not tell the suite. ``Refused`` when it is none."""
    named, equals, path = text.partition("=")
    suite, file = (named, Path(path)) if equals and named.isalpha() else ("", Path(text))
    shown = "\t".join(f"${{{field}}}" for field in _FIELDS)
    try:
        done = subprocess.run(["dpkg-deb", "--show", f"--showformat={shown}", file], capture_output=True, text=True, check=True)
        with file.open("rb") as opened:
            sha256, size = hashlib.file_digest(opened, "sha256").hexdigest(), file.stat().st_size
    except (subprocess.CalledProcessError, OSError) as problem:
        what = (getattr(problem, "stderr", "") or str(problem)).strip()
        raise refuse(str(file), f"không phải gói Debian / not a Debian package: {what}", "tệp .deb / a .deb file") from None
    name, version, architecture, depends = done.stdout.split("\t")
    number = _NUMBER.search(version)
    suite = suite or SUITES.get(number[1] if number else "", "")
    if not suite:
        raise refuse(str(file), "phiên bản không cho biết bản Debian nào / its version names no Debian release", f"bookworm={file}")
    package = Package(sha256=sha256, size=size, name=name, version=version)
    clauses = [clause for each in depends.split(",") if (clause := each.strip()) and not is_ours(clause)]
    libraries = re.findall(r"\bbangtin-wheels-[a-z0-9.+-]+", depends)
    return Deb(file, package, architecture, suite, tuple(libraries), tuple(clauses) if is_ours(name) else ())


def builds(debs: Iterable[Deb]) -> tuple[Build, ...]:
    """One build for each suite and architecture; ``Refused`` names every one that is not whole."""
    found, everywhere = defaultdict[tuple[str, str], list[Deb]](list), list[Deb]()
    for deb in debs:
        (everywhere if deb.architecture == ALL else found[deb.architecture, deb.suite]).append(deb)
    complaints, made = [], []
    for (architecture, suite), listed in sorted(found.items()):
        listed += [deb for deb in everywhere if deb.suite == suite]
        names = {deb.package.name for deb in listed}
        lacking = sorted({library for deb in listed for library in deb.libraries} - names)
        if lacking:
            complaints.append(Complaint(f"{architecture} {suite}", f"thiếu / misses {', '.join(lacking)}", "make deb"))
        ordered = sorted(listed, key=lambda deb: deb.package.name)
        made.append(Build(architecture=architecture, suite=suite, packages=tuple(deb.package for deb in ordered)))
    if complaints:
        raise Refused(*complaints)
    return tuple(made)


def own_version(found: Iterable[Build]) -> str:
    """The one version of ours in all builds; ``Refused`` when there is none, or more than one."""
    versions = {_OWN.sub("", package.name) for build in found for package in build.packages if _OWN.match(package.name)}
    if len(versions) != 1:
        what = f"cần đúng một phiên bản bangtin / exactly one version of ours is needed, found: {', '.join(sorted(versions)) or '—'}"
        raise refuse("--deb", what, "make deb")
    return versions.pop()
