"""The command that systemd runs when the amplifier program has ended: every line inactive, however it ended."""

import json
import os
import subprocess
import sys

import lgpio
import pytest

from audio.amplifier.pins import open_lines
from audio.amplifier.safe import remember, run
from bundle.errors import Refused
from device.pins import make_factory
from device.settings import Amplifier, PinFactory, Pins, Settings
from tests.simulators.gpiochip import Chip

REAL = Settings(
    amplifier=(Amplifier(line="horn", pin=17, active_high=False), Amplifier(line="second", pin=27, active_high=True)),
    pins=Pins(factory=PinFactory.LGPIO),
)


def killed_while_on(paths, chip):
    factory = make_factory(PinFactory.LGPIO)
    remember(paths, REAL, factory)
    with open_lines(REAL, factory) as lines:
        for line in lines.values():
            line.on()
        chip.die()


@pytest.mark.parametrize("persists", [True, False])
def test_direwolf_89_after_a_kill_every_line_is_inactive_also_where_the_kernel_leaves_it_driven(bench, monkeypatch, persists):
    chip = Chip(persists).install(monkeypatch)
    killed_while_on(bench.paths, chip)
    assert [chip.level(17), chip.level(27)] == ([0, 1] if persists else [1, 0])
    assert run(bench.paths) == 0
    chip.die()
    assert [chip.level(17), chip.level(27)] == [1, 0]


def test_it_knows_the_lines_that_were_claimed_also_when_the_settings_are_damaged_since(bench, monkeypatch):
    chip = Chip(persists=True).install(monkeypatch)
    killed_while_on(bench.paths, chip)
    bench.paths.unit_toml.write_text("[[ampl")
    assert run(bench.paths) == 0
    assert [chip.level(17), chip.level(27)] == [1, 0]


def test_one_line_that_cannot_be_had_does_not_keep_the_others_on_and_is_told(bench, monkeypatch, caplog):
    chip = Chip(persists=True).install(monkeypatch)
    killed_while_on(bench.paths, chip)
    claim = chip.gpio_claim_output

    def busy(handle, pin, *rest):
        if pin == 17:
            raise lgpio.error("GPIO busy")
        return claim(handle, pin, *rest)

    monkeypatch.setattr(lgpio, "gpio_claim_output", busy)
    assert run(bench.paths) == 1
    assert [chip.level(17), chip.level(27)] == [0, 0]
    assert "GPIO17" in caplog.text


def test_a_line_of_a_chip_that_is_not_the_headers_is_not_touched_and_never_called_safe(bench, monkeypatch, caplog):
    chip = Chip(persists=True).install(monkeypatch)
    killed_while_on(bench.paths, chip)
    before = {pin: list(levels) for pin, levels in chip.seen.items()}
    chip.labels = ("gpio-brcmstb@107d508500",)
    assert run(bench.paths) == 1
    assert chip.seen == before
    assert "found gpio-brcmstb" in caplog.text


def test_on_a_machine_without_a_header_it_says_so_in_one_sentence_and_is_no_success(bench, monkeypatch, caplog):
    chip = Chip(labels=("gpio-brcmstb@107d508500",)).install(monkeypatch)
    bench.paths.unit_toml.write_text('[[amplifier]]\nline = "horn"\npin = 17\nactive_high = false\n')
    bench.paths.outputs.unlink(missing_ok=True)
    assert run(bench.paths) == 1
    assert "found gpio-brcmstb" in caplog.text
    assert not chip.seen


def test_without_a_note_it_goes_by_the_settings(bench, monkeypatch):
    chip = Chip(persists=True).install(monkeypatch)
    bench.paths.unit_toml.write_text('[[amplifier]]\nline = "horn"\npin = 17\nactive_high = false\n')
    bench.paths.outputs.unlink(missing_ok=True)
    assert run(bench.paths) == 0
    assert chip.seen[17][0] == 1
    bench.paths.unit_toml.write_text("[[ampl")
    with pytest.raises(Refused):
        run(bench.paths)


def test_a_board_without_a_line_needs_no_pins_to_be_safe(bench):
    """The default factory is a Pi's, and this machine has no pins: a package must be removable here too."""
    bench.paths.outputs.unlink(missing_ok=True)
    bench.paths.unit_toml.write_text("", encoding="utf-8")
    assert run(bench.paths) == 0


def test_eas_station_simulated_pins_are_never_called_safe(bench, caplog):
    bench.start_amplifier().kill()
    assert json.loads(bench.paths.outputs.read_bytes())["factory"] == "mock"
    assert run(bench.paths) == 0
    assert "simulated" in caplog.text


def test_it_is_quick_because_it_loads_nothing_that_it_does_not_need(bench):
    bench.start_amplifier().kill()
    slow = ("pydantic", "click", "numpy", "gpiozero")
    code = (
        "import sys; from device.paths import Paths; from audio.amplifier.safe import run; "
        f"sys.exit(run(Paths.from_environment()) or any(module in sys.modules for module in {slow}))"
    )
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "BANGTIN_ROOT": str(bench.paths.root)}, check=False)
    assert done.returncode == 0
