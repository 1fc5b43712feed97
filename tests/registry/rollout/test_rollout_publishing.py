"""From package files to a release that two persons signed; what no unit would take is refused before anybody signs."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bangtin.publish import publish
from bundle.software import Release
from bundle.trust import Target
from registry.trust.keys import KeyName
from registry.trust.urgent import released_document
from tests.simulators.content import CHANNEL
from tests.simulators.debs import deb
from tests.simulators.publisher import Publisher


class Maker:
    """Whoever publishes software, with package files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.publisher = Publisher(folder / "publisher", [CHANNEL])
        self.debs = folder / "debs"
        for number, suite in (("12", "bookworm"), ("13", "trixie")):
            for architecture in ("amd64", "arm64"):
                wheels = f"bangtin-wheels-{suite}{architecture}"
                deb(self.debs, "bangtin-1.4.0", f"1.4.0+deb{number}", depends=f"{wheels} (= 1+deb{number})", architecture=architecture)
                deb(self.debs, wheels, f"1+deb{number}", architecture=architecture)

    def file(self, pattern: str) -> list[str]:
        return [str(path) for path in sorted(self.debs.glob(f"{pattern}.deb"))]

    def draft(self, *debs: str, name: str = "draft", **more: str) -> Result:
        words = ["software", str(self.folder / name), "--site", str(self.publisher.site), "--channel", CHANNEL, "--reason", "sửa lỗi"]
        words += [word for file in debs for word in ("--deb", file)]
        return CliRunner().invoke(publish, [*words, *(word for key, value in more.items() for word in (f"--{key}", value))])

    def sign_and_release(self, name: str = "draft") -> None:
        document, site = str(self.folder / name / "software.json"), ["--site", str(self.publisher.site)]
        for key in (KeyName.SOFTWARE_AUTHOR, KeyName.SOFTWARE_APPROVER):
            signed = CliRunner().invoke(
                publish, ["sign", document, *site, "--key", str(self.publisher.keys_folder / f"{key}.json"), "--yes"]
            )
            assert signed.exit_code == 0, signed.output
            assert "bangtin-1.4.0 1.4.0+deb12" in signed.output, "whoever signs reads what is installed"
        online = str(self.publisher.keys_folder / "online.json")
        released = CliRunner().invoke(publish, ["release", document, *site, "--online-key", online])
        assert released.exit_code == 0, released.output

    @property
    def released(self) -> Release:
        found = released_document(self.publisher.tree, CHANNEL, Target.SOFTWARE)
        assert isinstance(found, Release)
        return found


@pytest.fixture
def maker(in_memory: Path) -> Maker:
    return Maker(in_memory)


def test_the_packages_of_all_units_become_one_signed_release(maker: Maker) -> None:
    deb(maker.debs, "tzdata", "2026b-0+deb12u1", architecture="all")
    stages = "3:24:60:0,100:0:50:4"
    drafted = maker.draft(*maker.file("*"), stages=stages, health="trial=60")
    assert drafted.exit_code == 0, drafted.output
    maker.sign_and_release()
    found = maker.released
    assert (found.number, found.software, found.health.trial) == ("1.4.0", "1.4.0", 60.0)
    assert [(stage.percent, stage.hours, stage.good, stage.failures) for stage in found.stages] == [(3, 24, 60, 0), (100, 0, 50, 4)]
    builds = {(build.architecture, build.suite): [package.name for package in build.packages] for build in found.builds}
    assert len(builds) == 4
    assert builds["arm64", "bookworm"] == ["bangtin-1.4.0", "bangtin-wheels-bookwormarm64", "tzdata"]
    assert builds["arm64", "trixie"] == ["bangtin-1.4.0", "bangtin-wheels-trixiearm64"]
    assert all(maker.publisher.tree.blob(package.sha256).is_file() for build in found.builds for package in build.packages)


def test_libraries_that_are_left_behind_are_named_before_anybody_signs(maker: Maker) -> None:
    refused = maker.draft(*maker.file("bangtin-1.4.0*amd64"))
    assert refused.exit_code == 2
    assert "bangtin-wheels-bookwormamd64" in refused.output
    assert "bangtin-wheels-trixieamd64" in refused.output


def test_debians_package_whose_version_names_no_suite_needs_one_said(maker: Maker) -> None:
    deb(maker.debs, "libdemo", "2.1-3")
    (demo,) = maker.file("libdemo*")
    ours = maker.file("*deb12-amd64")
    assert f"bookworm={demo}" in maker.draft(*ours, demo).output
    assert maker.draft(*ours, f"bookworm={demo}", number="1.4.0.1").exit_code == 0


def test_a_step_back_and_the_same_number_again_are_refused(maker: Maker) -> None:
    assert maker.draft(*maker.file("*deb12-amd64")).exit_code == 0
    maker.sign_and_release()
    ours = maker.file("*deb12-amd64")
    assert "is not newer" in maker.draft(*ours, name="again").output
    deb(maker.debs, "bangtin-1.3.9", "1.3.9+deb12")
    assert "is not newer" in maker.draft(*maker.file("bangtin-1.3.9*"), name="back", number="1.5.0").output
    assert maker.draft(*ours, name="debian", number="1.4.0.1").exit_code == 0


def test_what_a_version_newly_needs_of_debian_is_told_because_no_release_can_bring_it(maker: Maker) -> None:
    wheels = "bangtin-wheels-bookwormamd64"
    first = maker.draft(*maker.file("*deb12-amd64"))
    assert "⚠" not in first.output, "there is nothing yet that it could be compared with"
    maker.sign_and_release()
    deb(maker.debs, "bangtin-1.5.0", "1.5.0+deb12", depends=f"{wheels} (= 1+deb12), iw (>= 5), wpasupplicant")
    deb(maker.debs, "iw", "5.19-1+deb12u1")
    files = [*maker.file("bangtin-1.5.0*"), *maker.file(f"{wheels}*"), *maker.file("iw*")]
    found = maker.draft(*files, name="more")
    assert found.exit_code == 0, found.output
    assert "⚠ bookworm amd64: nay cần thêm iw (>= 5), wpasupplicant;" in found.output
    assert "⚠" not in maker.draft(*maker.file("*deb12-amd64"), name="same", number="1.4.0.1").output
    for package in maker.released.builds[0].packages:
        maker.publisher.tree.blob(package.sha256).unlink()
    assert "cannot be compared with 1.4.0" in maker.draft(*files, name="lost").output


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"stages": "3"}, "--stages"),
        ({"stages": "3:1"}, "end with 100"),
        ({"health": "courage=3"}, "--health"),
        ({"number": "next"}, "number"),
    ],
)
def test_what_cannot_be_understood_is_said_in_one_sentence(maker: Maker, more: dict[str, str], says: str) -> None:
    refused = maker.draft(*maker.file("*deb12-amd64"), **more)
    assert refused.exit_code == 2
    assert says in refused.output
    assert "Traceback" not in refused.output


def test_what_is_no_package_is_refused(maker: Maker) -> None:
    (maker.folder / "notes.deb").write_text("not a package")
    assert "not a Debian package" in maker.draft(str(maker.folder / "notes.deb")).output
