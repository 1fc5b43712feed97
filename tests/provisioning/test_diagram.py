"""The wiring diagram: every line with its position, its resistor towards *off*, its open contact; and the guide's own two."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from device.settings import Settings, load_settings
from provisioning.commands import provision
from provisioning.wiring.diagram import diagram
from provisioning.wiring.header import POSITIONS

GUIDE = Path(__file__).parents[2] / "docs/wiring"
UP, DOWN = "4,7 kΩ lên 3V3", "4,7 kΩ xuống GND"


def words(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("text")]


@given(st.lists(st.tuples(st.sampled_from(sorted(POSITIONS)), st.booleans()), max_size=8, unique_by=lambda each: each[0]))
def test_each_line_stands_at_its_position_with_its_resistor_towards_off(lines):
    amplifiers = [{"line": f"loa-{number}", "pin": pin, "active_high": high} for number, (pin, high) in enumerate(lines)]
    drawn = words(diagram(Settings.model_validate({"amplifier": tuple(amplifiers)})))
    for pin, _ in lines:
        assert f"GPIO{pin} · chân {POSITIONS[pin]}" in drawn
    resistors = [word.partition(" · ")[0] for word in drawn if word.startswith("4,7")]
    assert resistors == [DOWN if high else UP for _, high in lines]
    assert drawn.count("đang TẮT · OFF") == len(lines)


def test_the_stop_switch_breaks_the_supply_only_where_it_does():
    def drawn(breaks):
        kill = {"pin": 26, "active_high": True, "breaks_supply": breaks}
        return words(
            diagram(Settings.model_validate({"amplifier": ({"line": "a", "pin": 5, "active_high": False},), "inputs": {"kill": kill}}))
        )

    assert any("contact 1" in word for word in drawn(True))
    assert not any("contact 1" in word for word in drawn(False))
    assert any("contact 2" in word for word in drawn(False))


def test_the_service_button_is_drawn_where_there_is_one():
    drawn = words(diagram(Settings.model_validate({"inputs": {"service": {"pin": 6}}})))
    assert f"GPIO6 · chân {POSITIONS[6]}" in drawn
    assert any("service button" in word for word in drawn)


@pytest.mark.parametrize("name", ["active-low", "active-high"])
def test_the_guides_diagrams_are_what_the_command_draws(name, tmp_path):
    (tmp_path / "etc/bangtin").mkdir(parents=True)
    (tmp_path / "etc/bangtin/unit.toml").write_bytes((GUIDE / f"{name}.toml").read_bytes())
    out = tmp_path / "out.svg"
    CliRunner().invoke(provision, ["wiring", "--root", str(tmp_path), "--diagram", str(out)])
    assert out.read_text(encoding="utf-8") == (GUIDE / f"{name}.svg").read_text(encoding="utf-8")
    assert load_settings(GUIDE / f"{name}.toml").held_inactive == {"loa-cho"}
