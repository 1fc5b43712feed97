"""Who may stop a unit, and who may let it go on: one person stops, the same or a superior authority lifts."""

from dataclasses import replace

from hypothesis import given

from director.decision import AlertPage, BuiltInPage, Silence, Why
from director.explain import explain
from director.rules import kills, stopped
from director.screen import direct_screen
from director.sound import direct_sound
from tests.director import village as v
from tests.director.worlds import programmes, worlds


def oracle(programme):
    """A slow second opinion by the segments of the codes: every kill against every list of an authority that reaches as far down."""
    found = []
    for cell in programme.cells:
        for kill in cell.stop.kills:
            mine = cell.channel.split(".")
            superiors = [each for each in programme.cells if each.channel.split(".") == mine[: len(each.channel.split("."))]]
            lifted = {(each.channel, each.since) for superior in superiors for each in superior.stop.lifted}
            if programme.site.addressed(kill.areas, kill.units) and (cell.channel, kill.since) not in lifted:
                found.append((cell.channel, kill))
    return found


@given(programmes())
def test_a_kill_holds_until_its_own_or_a_superior_authority_lifts_it(programme):
    assert list(kills(programme)) == oracle(programme)


@given(worlds())
def test_a_kill_in_force_leaves_the_safe_page_and_silence_and_nothing_else(world):
    programme, moment, happened = world
    screen, sound = direct_screen(programme, moment, happened), direct_sound(programme, moment, happened)
    assert (screen.main == BuiltInPage(Why.KILLED)) == (sound.what == Silence(Why.KILLED)) == bool(oracle(programme))


@given(worlds())
def test_a_unit_stopped_at_its_own_switch_shows_the_safe_page_and_is_silent_whatever_stands_in_the_lists(world):
    programme, moment, happened = world
    programme = replace(programme, stopped_on_site=True)
    screen, sound = direct_screen(programme, moment, happened), direct_sound(programme, moment, happened)
    assert (screen.main, sound.what) == (BuiltInPage(Why.STOPPED_ON_SITE), Silence(Why.STOPPED_ON_SITE))
    assert "dừng bằng công tắc tại chỗ" in explain(sound, programme, moment)


def at_the_commune(*cells):
    return stopped(v.programme(*cells))


def test_a_commune_cannot_lift_the_kill_of_its_province():
    from_above = v.cell(v.PROVINCE, kills=[v.kill()])
    assert at_the_commune(from_above, v.cell(v.COMMUNE, lifted=[v.lifting(v.PROVINCE)]))
    assert not at_the_commune(v.cell(v.PROVINCE, kills=[v.kill()], lifted=[v.lifting(v.PROVINCE)]))


def test_province_and_country_lift_the_kill_of_a_commune_but_only_the_one_they_name():
    commune = v.cell(v.COMMUNE, kills=[v.kill()])
    for above in (v.PROVINCE, v.COUNTRY):
        assert not at_the_commune(commune, v.cell(above, lifted=[v.lifting(v.COMMUNE)]))
        assert at_the_commune(commune, v.cell(above, lifted=[v.lifting(v.COMMUNE, since=v.at("07:00"))]))
        assert at_the_commune(commune, v.cell(above, lifted=[v.lifting(above)]))


def test_a_kill_that_is_ordered_again_after_it_was_lifted_holds():
    again = v.cell(v.COMMUNE, kills=[v.kill(since=v.at("07:00"))])
    assert at_the_commune(again, v.cell(v.PROVINCE, lifted=[v.lifting(v.COMMUNE)]))


@given(worlds())
def test_nothing_sounds_before_a_technician_confirmed_the_site_whatever_is_in_force(world):
    programme, moment, happened = world
    unconfirmed = replace(programme, site=replace(programme.site, confirmed=False))
    screen, sound = direct_screen(unconfirmed, moment, happened), direct_sound(unconfirmed, moment, happened)
    why = stopped(programme)[0] if stopped(programme) else Why.UNCONFIRMED
    assert (screen.main, sound.what, sound.listen) == (BuiltInPage(why), Silence(why), ())
    assert why is not Why.UNCONFIRMED or "chưa xác nhận nơi lắp" in explain(sound, unconfirmed, moment)


@given(worlds())
def test_the_test_card_gives_way_to_emergencies_and_stops_and_to_nothing_else(world):
    programme, moment, happened = world
    before = direct_screen(programme, moment, happened).main
    after = direct_screen(replace(programme, test_card=True), moment, happened).main
    assert after == (before if isinstance(before, AlertPage) or stopped(programme) else BuiltInPage(Why.TEST_CARD))
