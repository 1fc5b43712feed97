"""While a version is on trial everything of it runs, but for what judges it: that is the version before, with its own unit files."""

from pathlib import Path

from caretaker.activation import activate
from caretaker.installed import Installed
from caretaker.removal import take_away
from device.paths import Paths
from device.upgrades import running_version

UNITS = Path("etc/systemd/system")


def version(root: Path, name: str) -> Installed:
    folder = root / "usr/lib/bangtin" / name
    for unit in ("bangtin-display.service", "bangtin-upgrade.service", "bangtin-upgrade.timer"):
        file = folder / "system" / UNITS / unit
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"[Unit]\nDescription={name}\n[Install]\nWantedBy=multi-user.target\n")
    return Installed(folder, root)


def of(root: Path, unit: str) -> str:
    """The version whose file systemd reads."""
    link = root / UNITS / unit
    return (root / str(link.readlink())[1:]).read_text().split("Description=")[1].split("\n")[0]


def links(root: Path) -> tuple[str | None, str | None]:
    return running_version(Paths(root)), running_version(Paths(root), "good")


def test_the_first_version_judges_itself(tmp_path: Path) -> None:
    activate(version(tmp_path, "1.3.0"), on_trial=True)
    assert links(tmp_path) == ("1.3.0", "1.3.0")


def test_on_trial_the_version_before_judges_by_its_own_unit_files(tmp_path: Path) -> None:
    activate(version(tmp_path, "1.3.0"))
    activate(version(tmp_path, "1.4.0"), on_trial=True)
    assert links(tmp_path) == ("1.4.0", "1.3.0")
    assert of(tmp_path, "bangtin-display.service") == "1.4.0"
    assert (of(tmp_path, "bangtin-upgrade.service"), of(tmp_path, "bangtin-upgrade.timer")) == ("1.3.0", "1.3.0")


def test_by_hand_a_version_is_good_at_once(tmp_path: Path) -> None:
    activate(version(tmp_path, "1.3.0"))
    activate(version(tmp_path, "1.4.0"))
    assert links(tmp_path) == ("1.4.0", "1.4.0")


def test_nothing_is_left_when_the_product_is_taken_away(tmp_path: Path) -> None:
    activate(version(tmp_path, "1.3.0"))
    take_away(tmp_path)
    assert links(tmp_path) == (None, None)
    assert not [path for path in tmp_path.rglob("*") if path.is_symlink()]
