"""Themes: every ink keeps 7:1 to its ground, also under the writing of a drill, and the hour alone chooses between them."""

import itertools
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bundle.alert import RiskLevel
from device.screen import Daylight, Screen, ThemeChoice
from display.look.colours import contrast, mixed
from display.look.emergency import LEVELS, emergency_in, mark_across
from display.look.light import light_at
from display.look.theme import DRILL, Light, theme_in

EMERGENCIES = {(light, level): emergency_in(light, level) for light in Light for level in RiskLevel}
THEMES = {f"{light.name}": theme_in(light) for light in Light} | {
    f"{light.name}-{level}": theme for (light, level), theme in EMERGENCIES.items()
}
DAY = date(2026, 11, 21)


@pytest.mark.parametrize("name", THEMES)
def test_every_ink_stands_out_from_its_ground_by_7_to_1(name):
    assert [(what, ink, ground) for what, ink, ground in THEMES[name].pairs() if contrast(ink, ground) < 7] == []
    assert contrast(DRILL.ink, DRILL.ground) >= 7


@pytest.mark.parametrize(("light", "level"), EMERGENCIES)
def test_the_writing_across_a_drill_is_seen_and_leaves_every_letter_its_contrast(light, level):
    theme = EMERGENCIES[light, level]
    mark = mark_across(theme.page)
    written = mixed(theme.page.ground, mark.colour, mark.alpha)
    assert contrast(written, theme.page.ground) >= 1.25
    assert min(contrast(ink, written) for ink in (theme.page.ink, theme.page.soft, theme.title)) >= 7


@pytest.mark.parametrize("light", Light)
def test_the_five_levels_look_like_their_colours_and_like_no_other_level(light):
    for level in RiskLevel:
        theme = EMERGENCIES[light, level]
        assert LEVELS[level].colour in (theme.page.ground, theme.header.ground)
    assert len({(theme.page.ground, theme.header.ground, theme.title) for (at, _), theme in EMERGENCIES.items() if at is light}) == 5


@pytest.mark.parametrize("light", [Light.NIGHT, Light.WALL])
def test_in_the_dark_and_on_leds_no_ground_under_running_text_is_bright(light):
    for theme in (theme_in(light), *(theme for (at, _), theme in EMERGENCIES.items() if at is light)):
        assert all(
            contrast((0, 0, 0), ground) <= 2.2 for ground in (theme.page.ground, *(row.ground for row in theme.rows), *theme.terraces)
        )
    assert light is Light.NIGHT or theme_in(light).page.ground == (0, 0, 0)


@given(st.times(), st.times(), st.times())
def test_the_hour_chooses_day_or_night_and_an_unknown_hour_is_night(begins, ends, now):
    if begins >= ends:
        with pytest.raises(ValidationError):
            Daylight(begins=begins, ends=ends)
        return
    screen = Screen(daylight=Daylight(begins=begins, ends=ends))
    assert light_at(datetime.combine(DAY, now), screen) is (Light.DAY if begins <= now < ends else Light.NIGHT)
    assert light_at(None, screen) is Light.NIGHT


@pytest.mark.parametrize(("choice", "hour"), list(itertools.product(ThemeChoice, (None, 2, 12))))
def test_a_wall_of_leds_is_dark_whatever_was_chosen_and_a_choice_outweighs_the_hour(choice, hour):
    local = None if hour is None else datetime.combine(DAY, time(hour))
    assert light_at(local, Screen(theme=choice, pitch_mm=3.0)) is Light.WALL
    if choice is not ThemeChoice.AUTO:
        assert light_at(local, Screen(theme=choice)).name.lower() == choice.value
