"""What dpkg has installed is read from its own list; half installed is not installed, and another architecture is another package."""

from pathlib import Path

from device.packages import read_debian
from device.paths import Paths
from tests.simulators.content import package_of
from tests.simulators.debian import debian_at

STATUS = """Package: dpkg
Essential: yes
Status: install ok installed
Priority: required
Architecture: arm64
Multi-Arch: foreign
Version: 1.21.22
Description: Debian package management system
 Package: not a field, a description
 .
 Status: neither

Package: libssl3
Status: install ok installed
Architecture: arm64
Version: 3.0.16-1~deb12u1

Package: libssl3
Status: install ok installed
Architecture: armhf
Version: 3.0.1-1

Package: bangtin-1.3.0
Status: install ok half-configured
Architecture: arm64
Version: 1.3.0

Package: tzdata
Status: deinstall ok config-files
Architecture: all
Version: 2026a

Package: fonts-noto-core
Status: install ok installed
Architecture: all
Version: 20201225-1
"""


def test_only_what_is_wholly_installed_for_this_machine_counts(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    debian_at(paths, {}, "arm64")
    paths.dpkg_status.write_text(STATUS)
    found = read_debian(paths)
    assert found is not None
    assert (found.architecture, found.suite) == ("arm64", "bookworm")
    assert found.installed == {"dpkg": "1.21.22", "libssl3": "3.0.16-1~deb12u1", "fonts-noto-core": "20201225-1"}


def test_a_package_of_another_version_is_lacking(tmp_path: Path) -> None:
    from bundle.software import Build

    debian_at(Paths(tmp_path), {"libssl3": "3.0.16", "bangtin-1.4.0": "1.4.0"})
    found = read_debian(Paths(tmp_path))
    newer = package_of(b"tls", "libssl3", "3.0.17")
    assert found is not None
    assert found.lacks(Build(architecture="amd64", suite="bookworm", packages=(package_of(b"ours"), newer))) == (newer,)


def test_where_there_is_no_debian_nothing_is_known(tmp_path: Path) -> None:
    assert read_debian(Paths(tmp_path)) is None
