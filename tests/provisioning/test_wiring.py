"""The wiring: what clashes, what a relay does while the Pi boots, and the block in config.txt that settles it."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from device.paths import Paths
from device.settings import Settings, load_settings
from provisioning.commands import provision
from provisioning.probe import Verdict
from provisioning.wiring.boot import BEGINS, ENDS, GENERATOR, SOURCE, BootConfig, at_next_start, changes, find
from provisioning.wiring.header import POSITIONS, POWER
from provisioning.wiring.judge import judge
from provisioning.wiring.others import taken

TOML = """
[[amplifier]]
line = "loa-cho"
pin = {pin}
active_high = {active_high}
held_inactive = {held}
read_back = {{ pin = 16, active_high = false, pull = "up" }}
[beacon]
pin = 23
active_high = true
[inputs.kill]
pin = 26
active_high = true
breaks_supply = true
"""
CONFIG = "# mine\ndtparam=audio=on\n\n[pi4]\narm_boost=1\n[all]\ngpu_mem=64\n"


def wired(pin, active_high, **more):
    return Settings.model_validate_json(json.dumps({"amplifier": [{"line": "horn", "pin": pin, "active_high": active_high, **more}]}))


def with_block(settings, text=CONFIG, path=None):
    return BootConfig(path, BootConfig(path, text).with_pins(settings))


@pytest.fixture
def pi(tmp_path):
    """The files of a Pi whose relay is fine."""
    return made(tmp_path)


def made(root, pin=5, active_high="false", held="false", config=CONFIG):
    (root / "etc/bangtin").mkdir(parents=True)
    (root / "etc/bangtin/unit.toml").write_text(TOML.format(pin=pin, active_high=active_high, held=held))
    (root / "boot/firmware").mkdir(parents=True)
    (root / "boot/firmware/config.txt").write_text(config)
    return root


def run(root, *words):
    return CliRunner().invoke(provision, ["wiring", "--root", str(root), *words], env={"COLUMNS": "120"})


@pytest.mark.parametrize("pin", range(28))
@pytest.mark.parametrize("active_high", [True, False])
def test_garage_door_12_a_relay_that_power_on_itself_would_switch_on_is_not_ready(pin, active_high):
    settings = wired(pin, active_high)
    on_at_power_on = active_high == (pin <= 8)
    found = [each for each in judge(settings, with_block(settings)) if "power-on" in each.observed[1]]
    assert [each.verdict for each in found] == [Verdict.NOT_READY] * on_at_power_on
    for each in found:
        assert ("GPIO 9–27" if active_high else "GPIO 4–8") in each.do[1]
        assert ("to GND" if active_high else "to 3V3") in each.do[1]


def test_a_resistor_that_the_technician_declares_settles_it():
    settings = wired(17, False, held_inactive=True)
    assert judge(settings, with_block(settings)) == ()


@pytest.mark.parametrize(
    ("line", "pin"),
    [
        ("dtparam=i2c_arm=on", 3),
        ("dtparam=audio=on,spi=on", 10),
        ("enable_uart=1", 14),
        ("dtoverlay=hifiberry-dacplus", 19),
        ("dtoverlay=i2c-rtc,ds3231", 2),
        ("dtoverlay=gpio-fan,gpiopin=13,temp=55000", 13),
        ("dtoverlay=gpio-fan", 12),
        ("dtoverlay=w1-gpio", 4),
        ("gpio=22-25=op,dh", 24),
    ],
)
def test_a_pin_that_the_boot_configuration_gives_away_is_not_ready(line, pin):
    settings = wired(pin, pin > 8)
    before = judge(settings, with_block(settings))
    found = judge(settings, with_block(settings, f"{CONFIG}{line}\n"))
    assert before == ()
    assert [each.verdict for each in found] == [Verdict.NOT_READY]
    assert "config.txt" in found[0].observed[0]


def test_what_is_switched_off_takes_nothing_and_our_own_block_is_nobody_else():
    assert taken(["dtparam=spi=off", "enable_uart=0", "gpio"]).keys() == {0, 1}
    settings = wired(17, True)
    assert 17 not in taken(with_block(settings).foreign)


def test_without_a_boot_configuration_what_might_be_is_a_warning(tmp_path):
    assert find(Paths(tmp_path)) is None
    found = judge(wired(14, True), None)
    assert [each.verdict for each in found] == [Verdict.WARNING, Verdict.WARNING]


def test_rpi_jukebox_516_every_output_rests_inactive_and_every_input_has_its_pull_from_the_firmware_on(pi):
    done = run(pi, "--write")
    assert done.exit_code == 0, done.output
    block = (pi / "boot/firmware/config.txt").read_text().partition(BEGINS)[2].partition(ENDS)[0].split()
    assert block == ["[all]", "gpio=5=op,dh,pu", "gpio=16=ip,pu", "gpio=23=op,dl,pd", "gpio=26=ip,pu"]


def test_the_technician_sees_the_change_first_and_nothing_is_written_unasked(pi):
    before = (pi / "boot/firmware/config.txt").read_bytes()
    done = run(pi)
    assert "+gpio=5=op,dh,pu" in done.output
    assert "--write" in done.output
    assert done.exit_code == 1
    assert (pi / "boot/firmware/config.txt").read_bytes() == before


def test_what_stood_there_stays_and_a_second_writing_changes_nothing(pi):
    config = pi / "boot/firmware/config.txt"
    config.chmod(0o755)  # as on FAT, where every file has the one mode of the mount
    run(pi, "--write")
    once = config.read_text()
    assert once.startswith(CONFIG)
    assert config.stat().st_mode & 0o777 == 0o755
    done = run(pi, "--write")
    assert (config.read_text(), "+gpio" in done.output) == (once, False)
    toml = pi / "etc/bangtin/unit.toml"
    toml.write_text(toml.read_text().replace("pin = 5", "pin = 6"))
    run(pi, "--write")
    assert config.read_text() == once.replace("gpio=5=", "gpio=6=")


def test_a_file_from_an_office_pc_keeps_its_line_ends_and_its_odd_bytes(tmp_path):
    root = made(tmp_path)
    config = root / "boot/firmware/config.txt"
    config.write_bytes(b"# caf\xe9\r\ngpu_mem=64\r\n")
    done = run(root, "--write")
    assert done.exit_code == 0, done.output
    once = config.read_bytes()
    assert once.startswith(b"# caf\xe9\r\ngpu_mem=64\r\n\r\n# >>> bangtin")
    assert once.count(b"\n") == once.count(b"\r\n")
    run(root, "--write")
    assert config.read_bytes() == once


lines = st.lists(
    st.sampled_from(["", "# a", "[pi4]", "gpio=4=ip", "dtparam=spi=on", "[all]", BEGINS, ENDS, "gpio=5=op,dh,pu"]), max_size=14
)


@given(lines, st.booleans())
def test_writing_twice_is_writing_once_whatever_stands_there(text, ends):
    settings = wired(5, False)
    once = with_block(settings, "\n".join(text) + "\n" * ends)
    assert with_block(settings, once.text).text == once.text
    assert changes(once, settings) == ()
    kept = [line for line in text if line and line != BEGINS and line != ENDS]
    ours = [line for line in once.text.splitlines() if line and line not in (BEGINS, ENDS)]
    for line in set(kept) - {"[all]", "gpio=5=op,dh,pu", "gpio=4=ip"}:
        assert ours.count(line) == kept.count(line), "a line of somebody else was lost"


def test_a_relay_that_is_on_at_boot_is_told_before_anything_is_wired_up(tmp_path):
    done = run(made(tmp_path, pin=17))
    assert done.exit_code == 2
    assert "BẬT" in done.output
    assert "chân 11" in done.output, "what a technician counts on the header"


def test_the_picture_is_the_header_as_it_is():
    assert sorted(POSITIONS) == list(range(28))
    assert set(POSITIONS.values()) | set(POWER) == set(range(1, 41))
    assert not set(POSITIONS.values()) & set(POWER)


def test_the_check_says_the_same(tmp_path):
    root = made(tmp_path, pin=17, config=f"{CONFIG}enable_uart=1\n")
    toml = root / "etc/bangtin/unit.toml"
    toml.write_text('[pins]\nfactory = "mock"\n[screen]\ndriver = "headless"\n' + toml.read_text().replace("pin = 23", "pin = 14"))
    done = CliRunner().invoke(provision, ["check", "--root", str(root)])
    assert "BẬT" in done.output
    assert "UART" in done.output


def test_a_pin_used_twice_is_refused_with_both_uses(tmp_path):
    root = made(tmp_path, pin=16)
    done = run(root)
    assert done.exit_code != 0
    assert "pin 16 (loa-cho, loa-cho: read-back)" in str(done.exception)


def test_a_unit_without_a_pi_cannot_be_written(pi):
    (pi / "boot/firmware/config.txt").unlink()
    done = run(pi, "--write")
    assert "config.txt" in str(done.exception)


def start(root):
    return CliRunner().invoke(provision, ["boot-file", "--root", str(root)])


def test_a_unit_writes_how_its_pins_stand_at_boot_by_itself_and_says_from_when_that_holds(pi):
    settings = load_settings(Paths(pi).unit_toml)
    assert start(pi).exit_code == 0
    config = find(Paths(pi))
    assert changes(config, settings) == ()
    assert [finding.observed[1] for finding in judge(settings, config)] == ["just written, they take effect at the next start"]
    at_next_start(Paths(pi)).unlink()
    before = config.path.stat().st_mtime_ns
    assert start(pi).exit_code == 0
    assert (config.path.stat().st_mtime_ns, judge(settings, find(Paths(pi)))) == (before, ())


def test_where_debian_makes_the_boot_configuration_anew_the_block_comes_back_with_it(pi):
    (pi / GENERATOR).parent.mkdir(parents=True)
    (pi / GENERATOR).touch()
    (pi / SOURCE).write_text("dtparam=spi=on\n")
    assert start(pi).exit_code == 0
    source = (pi / SOURCE).read_text()
    assert source.startswith("dtparam=spi=on\n")
    config = pi / "boot/firmware/config.txt"
    config.write_text(CONFIG + source)
    settings = load_settings(Paths(pi).unit_toml)
    assert changes(find(Paths(pi)), settings) == ()
    (pi / SOURCE).write_text("")
    assert changes(find(Paths(pi)), settings), "the next update would take it away"


def test_pins_that_are_only_simulated_say_nothing_to_the_firmware(pi):
    toml = pi / "etc/bangtin/unit.toml"
    toml.write_text(toml.read_text() + '[pins]\nfactory = "mock"\n')
    assert start(pi).exit_code == 0
    assert (pi / "boot/firmware/config.txt").read_text() == CONFIG


def test_a_link_that_another_program_put_where_root_notes_it_leads_roots_hand_nowhere(pi):
    mark, victim = at_next_start(Paths(pi)), pi / "victim"
    victim.write_text("precious")
    mark.parent.mkdir(parents=True)
    for name in (mark, mark.with_name(f".{mark.name}.new")):
        name.symlink_to(victim)
    assert start(pi).exit_code == 0
    assert (victim.read_text(), mark.is_symlink(), mark.exists()) == ("precious", False, True)
