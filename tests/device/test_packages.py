"""What dpkg has installed is read from its own list; half installed is not installed, and another architecture is another package."""

from pathlib import Path

import pytest

from bundle.software import Build
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
    debian_at(Paths(tmp_path), {"libssl3": "3.0.16", "bangtin-1.4.0": "1.4.0"})
    found = read_debian(Paths(tmp_path))
    newer = package_of(b"tls", "libssl3", "3.0.17")
    assert found is not None
    assert found.lacks(Build(architecture="amd64", suite="bookworm", packages=(package_of(b"ours"), newer))) == (newer,)


@pytest.mark.parametrize(
    ("name", "here", "offered", "lacking"),
    [
        ("ffmpeg", "8:5.1.6-0+deb12u1", "8:5.1.7-0+deb12u1", True),
        ("ffmpeg", "8:5.1.6-0+deb12u1+rpt1", "8:5.1.7-0+deb12u1", False),
        ("mesa-va-drivers", "24.2.8-1~bpo12~rpt1", "25.0.0-1", False),
        ("libssl3", "3.0.17-1~deb12u2", "3.0.16-1~deb12u1", False),
        ("linux-image-arm64", None, "6.1.140-1", False),
        ("bangtin-wheels-ab12", None, "1", True),
        ("bangtin-1.4.0", "1.4.0~rc1", "1.4.0", True),
    ],
)
def test_debians_packages_are_updates_of_what_is_here_and_never_undo_raspberry_pis(
    tmp_path: Path, name: str, here: str | None, offered: str, lacking: bool
) -> None:
    debian_at(Paths(tmp_path), {name: here} if here else {})
    found = read_debian(Paths(tmp_path))
    assert found is not None
    package = package_of(b"x", name, offered)
    assert found.lacks(Build(architecture="amd64", suite="bookworm", packages=(package,))) == ((package,) if lacking else ())


def test_a_package_that_a_power_cut_left_half_installed_is_lacking(tmp_path: Path) -> None:
    debian_at(Paths(tmp_path), {"libssl3": "3.0.16"})
    status = Paths(tmp_path).dpkg_status
    status.write_text(
        status.read_text().replace(
            "Package: libssl3\nStatus: install ok installed", "Package: libssl3\nStatus: install reinstreq half-installed"
        )
    )
    found = read_debian(Paths(tmp_path))
    assert found is not None
    package = package_of(b"x", "libssl3", "3.0.16")
    assert found.lacks(Build(architecture="amd64", suite="bookworm", packages=(package,))) == (package,)


def test_where_there_is_no_debian_nothing_is_known(tmp_path: Path) -> None:
    assert read_debian(Paths(tmp_path)) is None
