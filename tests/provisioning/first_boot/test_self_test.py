"""What a unit without screen, sound and pins says of itself: every part, the worst first, each with what to do."""

from evidence.self_test import Mark
from provisioning.first_boot.self_test import self_test

NOTHING_THERE = """
[screen]
driver = "sdl"
[sound]
device = "card that is nowhere"
[pins]
factory = "lgpio"
[[amplifier]]
line = "horn-1"
pin = 17
active_high = false
[inputs.kill]
pin = 27
active_high = false
breaks_supply = true
"""


def test_a_unit_without_screen_sound_and_pins_says_so_of_each_the_worst_first(wired, monkeypatch):
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":987")
    wired.unit_toml.write_text(NOTHING_THERE)
    found = self_test(wired)
    order = [Mark.NOT_READY, Mark.WARNING, Mark.GOOD]
    assert [order.index(test.mark) for test in found] == sorted(order.index(test.mark) for test in found)
    bad = {test.subject[1]: test for test in found if test.mark is Mark.NOT_READY}
    for part in ("screen", "sound device", "pin"):
        assert any(part in name for name in bad), (part, list(bad))
    assert all(test.do and all(test.do) for test in bad.values())
    assert not any(test.subject[1] == "enrolment" for test in found), "that is what the steps are for"


def test_wrong_wiring_is_a_part_of_the_self_test_and_the_card_is_tested_all_the_same(wired):
    wired.unit_toml.write_text(NOTHING_THERE.replace("pin = 27", "pin = 17"))
    found = self_test(wired)
    assert any(test.mark is Mark.NOT_READY and "used twice: pin 17" in test.observed[1] for test in found), found
    assert any(test.subject[1] == "storage" and test.mark is Mark.GOOD for test in found)


def test_a_card_that_takes_nothing_is_told_by_the_self_test(wired):
    wired.state.parent.mkdir(parents=True)
    wired.state.write_text("a file where the folder should be")
    assert any(test.subject[1] == "storage" and test.mark is Mark.NOT_READY for test in self_test(wired))
