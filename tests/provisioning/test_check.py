"""The check: each object observed against wanted, what to do, and an exit code that a script can trust."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from device.clock import ManualClock, SystemClock
from device.settings import Settings
from device.status import write_status
from device.unit import NOT_ENROLLED, UNCONFIRMED
from evidence.records import ClockState, Stamp
from evidence.report import ProgramStatus
from provisioning.check import probes, sentences
from provisioning.commands import provision
from provisioning.person import questions
from provisioning.probe import Finding, Verdict, overall
from provisioning.probes.clock import ClockProbe
from provisioning.probes.pins import PinsProbe
from provisioning.probes.screen import ScreenProbe
from provisioning.probes.sound import SoundProbe
from provisioning.probes.storage import StorageProbe
from provisioning.technicians import Scripted

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def settings(**changed):
    return Settings.model_validate_json(json.dumps(changed))


def horn(pin=17):
    return {"line": f"horn-{pin}", "pin": pin, "active_high": True}


def check(paths, *words, **more):
    return CliRunner().invoke(provision, ["check", "--root", str(paths.root), *words], **more)


@pytest.fixture
def enrolled(wired, central):
    done = CliRunner().invoke(provision, ["enrol", "--root", str(wired.root), "--grant", central.grant(channels="vn.20.06001")])
    assert done.exit_code == 0, done.output
    return wired


def publish(central, text='{"signed":{"version":4}}'):
    folder = central.folder / "site/metadata/vn.20.06001"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "timestamp.json").write_text(text)


def test_a_simulated_unit_is_ready_with_warnings_that_say_so(enrolled, central):
    publish(central)
    done = check(enrolled)
    assert done.exit_code == 1, done.output
    assert "mô phỏng" in done.output
    assert "version 4" in done.output
    assert "✗" not in done.output


def test_a_unit_that_is_not_enrolled_is_not_ready_and_told_how(wired):
    done = check(wired)
    assert done.exit_code == 2
    assert "scan the code" in done.output


def test_wrong_settings_are_told_all_at_once(paths):
    paths.unit_toml.parent.mkdir(parents=True)
    paths.unit_toml.write_text('[screen]\ndriver = "hdmi"\n[souns]\n')
    done = check(paths)
    assert done.exit_code == 2
    assert "screen.driver" in done.output
    assert "did you mean 'sound'" in done.output


def test_a_key_that_others_may_read_is_not_ready(enrolled):
    enrolled.key.chmod(0o644)
    done = check(enrolled)
    assert (done.exit_code, "support bundle" in done.output) == (2, True)


def test_another_root_than_the_enrolled_one_is_not_ready(enrolled):
    enrolled.root_json.write_text("{}")
    assert check(enrolled).exit_code == 2


def test_a_login_page_is_not_the_network(enrolled, central):
    publish(central, "<h1>Wi-Fi</h1>")
    done = check(enrolled)
    assert (done.exit_code, "login page" in done.output) == (1, True)


def test_an_unreachable_registry_is_a_warning_because_offline_is_normal(enrolled):
    text = enrolled.unit_json.read_text()
    from device.unit import read_unit, write_unit

    write_unit(enrolled, read_unit(enrolled).model_copy(update={"content": "http://127.0.0.1:9/content"}))
    assert enrolled.unit_json.read_text() != text
    done = check(enrolled)
    assert (done.exit_code, "not reachable" in done.output) == (1, True)


def test_a_missing_screen_is_not_ready_and_says_why(monkeypatch):
    # X11 without a server: the real driver, which really cannot open.
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":4711")
    (found,) = ScreenProbe(settings(screen={"driver": "sdl"}).screen).look()
    assert found.verdict is Verdict.NOT_READY
    assert "cannot be opened" in found.observed[1]
    assert found.do[1]


def test_a_screen_that_shows_nobody_anything_is_never_called_good(monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    (found,) = ScreenProbe(settings(screen={"driver": "sdl"}).screen).look()
    assert (found.verdict, "simulated" in found.observed[1]) == (Verdict.WARNING, True)


def test_a_missing_sound_device_is_not_ready_when_there_is_an_amplifier(monkeypatch):
    sound = settings(sound={"device": "Loa không có"}).sound
    (found,) = SoundProbe(sound, needed=True).look()
    assert found.verdict is Verdict.NOT_READY
    (board,) = SoundProbe(sound, needed=False).look()
    assert board.verdict is Verdict.WARNING


PI_4 = ("bcm2835 Headphones, bcm2835 Headphones", "vc4-hdmi-0, MAI PCM i2s-hifi-0", "USB Audio Device, USB Audio")


@pytest.mark.parametrize(
    ("named", "devices", "verdict"),
    [
        (None, PI_4, Verdict.WARNING),
        (None, PI_4[2:], Verdict.GOOD),
        (PI_4[2], PI_4, Verdict.GOOD),
        (PI_4[2], PI_4[:2], Verdict.NOT_READY),
        (None, (), Verdict.NOT_READY),
    ],
)
def test_of_several_sound_devices_one_must_be_named_because_their_order_changes(named, devices, verdict):
    found = SoundProbe(settings(sound={"device": named} if named else {}).sound, needed=True).judged(devices)
    assert found.verdict is verdict
    assert all(name in found.observed[1] for name in devices), "it can be copied from there"
    assert ("[sound] device" in found.do[1]) == (verdict is Verdict.WARNING)


def test_a_tape_in_a_missing_folder_is_not_ready(tmp_path):
    (found,) = SoundProbe(settings(sound={"driver": "disk", "tape": str(tmp_path / "khong/co/tape.raw")}).sound, needed=True).look()
    assert (found.verdict, "not writable" in found.observed[1]) == (Verdict.NOT_READY, True)


def test_a_silent_amplifier_program_is_what_is_wrong_with_the_pins_and_they_never_become_others(paths):
    (found,) = PinsProbe(paths, settings(amplifier=[horn()], pins={"factory": "lgpio"})).look()
    assert found.verdict is Verdict.NOT_READY
    assert found.observed[1] == "the amplifier program is silent"


def says(paths, seconds_ago=0.0, **told):
    """The amplifier program says it of itself in this boot."""
    now = SystemClock(paths).now().later(-seconds_ago)
    write_status(paths, ProgramStatus(program="amplifier", at=now.stamp(), versions={}, **told))


def pins_of(paths, **pins):
    paths.unit_toml.parent.mkdir(parents=True, exist_ok=True)
    paths.unit_toml.write_text(f'[pins]\nfactory = "{pins["factory"]}"\n[[amplifier]]\nline = "horn"\npin = 17\nactive_high = true\n')
    return next(found for probe in probes(paths) for found in probe.look() if found.subject[1] == "amplifier pins")


def test_pins_that_the_amplifier_program_holds_are_there_although_nobody_else_may_open_them(paths):
    says(paths, ready=True)
    found = pins_of(paths, factory="lgpio")
    assert (found.verdict, found.observed[0]) == (Verdict.GOOD, "horn = GPIO17")


def test_why_the_amplifier_program_has_no_pins_is_what_is_told(paths):
    says(paths, ready=False, reasons=("chân 17 đang bận / pin 17 is in use",))
    found = pins_of(paths, factory="lgpio")
    assert (found.verdict, found.observed) == (Verdict.NOT_READY, ("chân 17 đang bận", "pin 17 is in use"))


@pytest.mark.parametrize("told", [{"seconds_ago": 60.0, "ready": True}, {"ready": True, "simulated": ("pins: mock",)}, {"ready": False}])
def test_an_amplifier_program_of_earlier_or_with_simulated_pins_proves_no_pins(paths, told):
    says(paths, **told)
    assert pins_of(paths, factory="lgpio").verdict is Verdict.NOT_READY


def test_no_amplifier_at_all_is_a_warning(paths):
    (found,) = PinsProbe(paths, settings()).look()
    assert found.verdict is Verdict.WARNING


def test_a_pin_that_a_bus_may_want_is_named(paths):
    found = PinsProbe(paths, settings(amplifier=[horn(17), horn(9), horn(14)], pins={"factory": "mock"})).look()
    assert [each.subject[1] for each in found[1:]] == ["GPIO9 (horn-9)", "GPIO14 (horn-14)", "pins at boot"]
    assert "SPI" in found[1].observed[1]


@pytest.mark.parametrize(
    ("state", "verdict"),
    [(ClockState.TRUSTED, Verdict.GOOD), (ClockState.HOLDOVER, Verdict.WARNING), (ClockState.UNKNOWN, Verdict.WARNING)],
)
def test_the_clock_is_as_good_as_it_is_believed(state, verdict):
    clock = ManualClock.at(NOW, state)
    clock.simulated = False
    (found,) = ClockProbe(clock).look()
    assert (found.verdict, "12:00 21/11/2026" in found.observed[0]) == (verdict, True)


def test_a_card_that_cannot_be_written_is_not_ready(paths):
    paths.state.parent.mkdir(parents=True)
    paths.state.write_text("a file where the folder should be")
    (found,) = StorageProbe(paths).look()
    assert found.verdict is Verdict.NOT_READY


def test_the_storage_probe_leaves_nothing_behind(paths):
    good, _ = StorageProbe(paths).look()
    assert good.verdict is Verdict.GOOD
    assert list(paths.state.iterdir()) == []


def test_a_person_is_one_more_probe():
    for reply, verdict in (("yes", Verdict.GOOD), ("no", Verdict.NOT_READY), (None, Verdict.WARNING)):
        technician = Scripted({"readable": reply, "dark": reply} if reply else {})
        assert {overall(person.look()) for person in questions(technician)} == {verdict}


def test_the_technician_may_be_asked_on_the_command_line(enrolled, central):
    publish(central)
    assert check(enrolled, "--ask", input="c\nc\n").exit_code == 1
    assert check(enrolled, "--ask", input="c\nk\n").exit_code == 2
    unknown = check(enrolled, "--ask", input="\n\n")
    assert (unknown.exit_code, "chưa rõ" in unknown.output) == (1, True)


def test_every_finding_that_is_not_good_says_what_was_wanted_and_what_to_do(wired):
    for probe in probes(wired):
        for finding in probe.look():
            told = "\n".join(sentences([finding]))
            assert finding.observed[0] in told
            if finding.verdict is not Verdict.GOOD:
                assert finding.wanted[0] in told
                assert finding.do[0]
                assert finding.do[1]


def test_the_worst_finding_decides():
    good, bad = (Finding(verdict, ("a", "a"), ("b", "b"), ("c", "c")) for verdict in (Verdict.GOOD, Verdict.NOT_READY))
    assert (overall([good, bad, good]), overall([])) == (Verdict.NOT_READY, Verdict.GOOD)


@pytest.mark.parametrize(
    ("ready", "simulated", "verdict", "word"),
    [
        (True, (), Verdict.GOOD, "notice-mot"),
        (True, ("headless screen",), Verdict.WARNING, "mô phỏng"),
        (False, (), Verdict.NOT_READY, "không có màn hình"),
    ],
)
def test_a_screen_that_the_running_board_holds_is_not_opened_a_second_time(monkeypatch, ready, simulated, verdict, word):
    # Nothing could be opened here: what is told can only come from the board.
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":4711")
    at = Stamp(wall=NOW, state=ClockState.TRUSTED, boot="b", mono=1.0)
    reasons = () if ready else ("không có màn hình nào được cắm / no screen is connected",)
    showing = "notice-mot" if ready else None
    running = ProgramStatus(program="display", at=at, ready=ready, reasons=reasons, showing=showing, simulated=simulated, versions={})
    (found,) = ScreenProbe(settings(screen={"driver": "sdl"}).screen, running).look()
    assert found.verdict is verdict
    assert word in found.observed[0]


@pytest.mark.parametrize("waits_for", [NOT_ENROLLED, UNCONFIRMED])
def test_a_board_that_only_waits_to_be_let_in_or_confirmed_has_nothing_wrong_with_its_screen(waits_for):
    at = Stamp(wall=NOW, state=ClockState.TRUSTED, boot="b", mono=1.0)
    told = {"program": "display", "at": at, "ready": False, "reasons": (waits_for,), "versions": {}}
    for showing, verdict in (("set-up-confirm", Verdict.GOOD), (None, Verdict.NOT_READY)):
        (found,) = ScreenProbe(settings(screen={"driver": "sdl"}).screen, ProgramStatus(**told, showing=showing)).look()
        assert found.verdict is verdict
