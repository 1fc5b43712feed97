"""A version is laid into the system by one link and what hangs on it: repeatable, complete after any cut, and gone without a trace."""

import json
import os
import subprocess
from pathlib import Path, PurePosixPath

import pytest

from caretaker import activation
from caretaker.accounts import without_password
from caretaker.activation import activate, current
from caretaker.fstab import without_reading_times
from caretaker.installed import CURRENT, Installed
from caretaker.removal import take_away
from caretaker.wifi import with_wifi_on
from device.kernel_time import LinuxKernel
from device.paths import Paths

SERVICE = "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n"
COMMON = {
    "systemd/system/bangtin-audio.service": SERVICE,
    "systemd/system/bangtin-stick@.service": "[Service]\nExecStart=/bin/true\n",
    "systemd/system/chrony.service.d/bangtin.conf": "[Service]\n",
    "chrony/bangtin.conf": "port 0\n",
    "udev/rules.d/60-bangtin-rtc.rules": "",
    "modprobe.d/bangtin.conf": "options cfg80211 ieee80211_regdom=VN\n",
}
FSTAB = "# /etc/fstab\nPARTUUID=1-02  /  ext4  defaults,relatime  0  1\nPARTUUID=1-01  /boot/firmware  vfat  defaults  0  2\n"


def version(root, name, **more):
    """A version as its package lays it out, with the files of *more* (a double underscore is a slash) besides the common ones."""
    folder = root / "usr/lib/bangtin" / name
    files = {**COMMON, **{key.replace("__", "/"): text for key, text in more.items()}}
    for place, text in files.items():
        path = folder / "system/etc" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "bin").mkdir()
    (folder / "bin/bangtin").touch()
    return Installed(folder, root)


@pytest.fixture
def root(tmp_path):
    (tmp_path / "etc/udev/rules.d").mkdir(parents=True)
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "etc/fstab").write_text(FSTAB, encoding="ascii")
    (tmp_path / "etc/udev/rules.d/10-others.rules").touch()
    (tmp_path / "usr/bin/others").symlink_to("/usr/lib/others/bin")
    return tmp_path


def links(root):
    """Every link below *root* with where it leads; each of ours must lead to something."""
    found = {path.relative_to(root).as_posix(): path.readlink().as_posix() for path in root.rglob("*") if path.is_symlink()}
    for place, target in found.items():
        if target.startswith("/usr/lib/bangtin/"):
            assert (root / target.lstrip("/")).exists(), place
    return found


def test_every_setting_is_linked_through_current_and_what_wants_to_be_started_is(root):
    activate(version(root, "0.1.0"))
    found = links(root)
    assert found["usr/lib/bangtin/current"] == found["usr/lib/bangtin/good"] == "0.1.0"
    assert found["usr/bin/bangtin"] == "/usr/lib/bangtin/current/bin/bangtin"
    assert found["etc/systemd/system/multi-user.target.wants/bangtin-audio.service"] == found["etc/systemd/system/bangtin-audio.service"]
    assert not any("wants/bangtin-stick" in place for place in found)
    assert all(PurePosixPath(target).is_relative_to(CURRENT) for place, target in found.items() if place.startswith("etc/"))


def test_the_time_service_gets_a_file_of_its_own_because_its_guard_follows_links(root):
    activate(version(root, "0.1.0"))
    assert not (root / "etc/chrony/bangtin.conf").is_symlink()
    second = version(root, "0.2.0")

    (second.folder / "system/etc/chrony/bangtin.conf").write_text("port 1\n", encoding="ascii")
    activate(second)
    assert (root / "etc/chrony/bangtin.conf").read_text(encoding="ascii") == "port 1\n"


def test_the_next_version_takes_away_what_only_the_one_before_had_and_the_way_back_is_the_same(root):
    first = version(root, "0.1.0", **{"systemd__system__bangtin-old.service": SERVICE})
    second = version(root, "0.2.0", **{"systemd__system__bangtin-new.service": SERVICE})
    activate(first)
    before = links(root)
    activate(second)
    assert any("bangtin-new" in place for place in links(root))
    assert not any("bangtin-old" in place for place in links(root))
    activate(first)
    assert links(root) == before
    assert current(root) == first


def test_what_was_found_good_stays_the_judge_of_a_version_on_trial(root):
    activate(version(root, "0.1.0"))
    activate(version(root, "0.2.0"), on_trial=True)
    assert (links(root)["usr/lib/bangtin/current"], links(root)["usr/lib/bangtin/good"]) == ("0.2.0", "0.1.0")


def test_a_cut_after_any_step_is_mended_by_a_repetition(root, monkeypatch):
    activate(version(root, "0.1.0", **{"systemd__system__bangtin-old.service": SERVICE}))
    second = version(root, "0.2.0", **{"systemd__system__bangtin-new.service": SERVICE})
    whole, steps = activation.link, 0
    while steps < 100:
        left = [steps]

        def cut(path: Path, target: Path, left=left) -> None:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            whole(path, target)

        monkeypatch.setattr(activation, "link", cut)
        try:
            activate(second)
            break
        except KeyboardInterrupt:
            steps += 1
            assert activation.unfinished(root).exists()
    assert 1 < steps < 100
    assert not activation.unfinished(root).exists()
    assert not any("bangtin-old" in place for place in links(root))
    assert current(root) == second


def test_taking_it_away_leaves_what_others_own_and_nothing_of_ours(root):
    before = links(root)
    made = version(root, "0.1.0")
    activate(made)
    take_away(root)
    assert links(root) == before
    assert not (root / "etc/chrony/bangtin.conf").exists()
    assert not (root / "etc/systemd/system/chrony.service.d").exists()
    assert (root / "etc/udev/rules.d/10-others.rules").exists()
    take_away(root)


def test_the_root_file_system_keeps_no_times_of_reading_and_no_other_line_is_touched(root):
    activate(version(root, "0.1.0"))
    text = (root / "etc/fstab").read_text(encoding="ascii")
    assert "PARTUUID=1-02  /  ext4  defaults,noatime  0  1\n" in text
    assert text.splitlines()[2] == FSTAB.splitlines()[2]
    assert without_reading_times(text) is None


@pytest.mark.parametrize(
    "text", ["", "# UNCONFIGURED FSTAB FOR BASE SYSTEM\n", "/dev/sda1 / ext4 noatime 0 1\n", "/dev/sda2 /home ext4 relatime 0 2\n"]
)
def test_an_fstab_without_anything_to_change_is_left_alone(text):
    assert without_reading_times(text) is None


def test_the_wifi_that_an_image_was_delivered_without_is_switched_on(root):
    state = root / "var/lib/NetworkManager/NetworkManager.state"
    state.parent.mkdir(parents=True)
    state.write_text("[main]\nNetworkingEnabled=true\nWirelessEnabled=false\n", encoding="ascii")
    made = version(root, "0.1.0")
    activate(made)
    assert state.read_text(encoding="ascii") == "[main]\nNetworkingEnabled=true\nWirelessEnabled=true\n"
    assert with_wifi_on(state.read_text(encoding="ascii")) is None


def test_an_account_that_is_open_to_whoever_has_a_keyboard_is_locked_and_told(root, monkeypatch, caplog):
    (root / "etc/shadow").write_text(
        "root::19000:0:99999:7:::\ndaemon:*:19000::::::\ngone:!:1::::::\npi:$y$j9T$x:1::::::\n", encoding="ascii"
    )
    commands = []
    monkeypatch.setattr(activation, "_run", lambda _, *command: commands.append(command))
    activate(version(root, "0.1.0"))
    assert [command for command in commands if command[0] == "passwd"] == [("passwd", "--quiet", "--lock", "root")]
    assert "the account root had no password and is locked" in caplog.text


def test_an_account_that_cannot_be_locked_keeps_no_version_from_coming_up(root, monkeypatch, caplog):
    (root / "etc/shadow").write_text("nobody-here::19700::::::\n", encoding="ascii")

    def run(_, *command):
        if command[0] == "passwd":
            raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(activation, "_run", run)
    activate(version(root, "0.1.0"))
    assert "could not be locked: nobody-here" in caplog.text


@pytest.mark.skipif(os.geteuid() != 0, reason="that command is root's")
def test_debians_own_command_locks_an_account_without_a_password_so_that_it_is_not_found_again(tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n", encoding="ascii")
    (tmp_path / "etc/shadow").write_text("root::19000:0:99999:7:::\n", encoding="ascii")
    assert without_password((tmp_path / "etc/shadow").read_text(encoding="ascii")) == ("root",)
    subprocess.run(["passwd", "--quiet", "--root", tmp_path, "--lock", "root"], check=True)
    assert without_password((tmp_path / "etc/shadow").read_text(encoding="ascii")) == ()


def test_services_do_not_begin_anew_in_the_middle_of_words_that_began_meanwhile(root, monkeypatch):
    (root / "run/systemd/system").mkdir(parents=True)
    commands, kernel = [], LinuxKernel()
    monkeypatch.setattr(activation, "_run", lambda _, *command: commands.append(command))
    status = Paths(root).status("audio")
    status.parent.mkdir(parents=True)
    at = {"boot": kernel.boot(), "mono": kernel.mono()}
    status.write_text(json.dumps({"at": at, "sounding": {"item": "tin"}}), encoding="utf-8")
    made = version(root, "0.1.0")
    with pytest.raises(activation.StillSounding):
        activate(made, unless_sounding=True)
    assert not any("restart" in command for command in commands)
    assert activation.unfinished(root).exists()
    status.write_text(json.dumps({"at": at}), encoding="utf-8")
    activate(made, unless_sounding=True)
    assert "bangtin-audio.service" in commands[-1]
    assert not activation.unfinished(root).exists()
