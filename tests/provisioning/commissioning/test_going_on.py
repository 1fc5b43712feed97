"""Who lets a stopped unit go on: a holder by the PIN they have, and else somebody with a new PIN, of which the commune hears first."""

import errno
import json

import pytest

from bundle.errors import Refused
from device.errors import TechnicianDeclined
from device.inputs import Contact, read_reset
from device.journal import read
from evidence.duties import Duty
from evidence.records import Maintained
from provisioning.commissioning.run import apply
from provisioning.commissioning.state import read_state
from provisioning.commissioning.steps import who
from provisioning.holders import MOST_HOLDERS, Right, add, holders, prove, remove
from provisioning.service.visits import visits
from tests.provisioning.commissioning.hand import Hand, through

NEW = json.dumps({"visitor": "Sùng A Khách"})


def nobody(question):
    raise TechnicianDeclined(question.words[1])


def duties(unit):
    return {holder.name: set(holder.duties) for holder in holders(unit.paths)}


@pytest.fixture
def stopped(switched):
    """A commissioned unit that somebody stopped at its switch afterwards, and let the switch go."""
    through(switched)
    switched.power_cut()
    through(switched)
    assert switched.left == []
    switched.paths.stop_reset.unlink()
    switched.switch(Contact.RELEASED, stopped=True, count=2)
    return switched


def test_a_commissioned_unit_that_was_stopped_has_one_step_left_and_a_pin_lets_it_go_on(stopped):
    assert stopped.left == ["going-on"]
    hand = through(stopped, ())
    assert hand.asked == ["who", "pin"]
    assert read_reset(stopped.paths).count == 2
    assert stopped.left == [], "and nothing must be confirmed anew"
    stopped.switch(Contact.RELEASED, stopped=True, count=3)
    assert stopped.left == ["going-on"], "the next stop is another one"


def test_a_wrong_pin_lets_no_stopped_unit_go_on_and_leaves_no_fault_behind(stopped):
    hand = through(stopped, (), pin="913482")
    assert "wrong" in hand.told[-1][1]
    assert stopped.left == ["going-on"]
    assert not read_state(stopped.paths).done["going-on"].checked


def test_a_stopped_unit_whose_holder_is_away_stays_stopped(stopped):
    hand = Hand(stopped, ())
    del hand.replies["pin"]
    apply(stopped.paths, hand, stopped.findings.extend, stopped.horns, stopped.clock)
    assert stopped.left == ["going-on"]
    assert not stopped.paths.stop_reset.exists()


def test_whichever_holder_is_there_lets_a_stopped_unit_go_on(stopped):
    add(stopped.paths, "Giàng Thị Sua", (Duty.EQUIPMENT,), "135790")
    hand = through(stopped, (), who="own Giàng Thị Sua", pin="135790")
    assert hand.asked == ["who", "pin"]
    assert read_reset(stopped.paths).person == "Giàng Thị Sua"
    assert visits(stopped.paths) == (), "nothing was changed, and there is nothing to tell"


def test_a_holder_whose_pin_is_forgotten_gets_a_new_one_and_the_commune_hears_who_set_it_for_whom_and_when(stopped):
    hand = through(stopped, (), **{"who": "new Vàng A Máy", "new-pin": NEW, "pin": "264813"})
    assert hand.asked == ["who", "new-pin", "pin"]
    assert read_reset(stopped.paths).person == "Vàng A Máy"
    assert stopped.left == []
    (told,) = [line for line in read(stopped.paths.journal("provisioning")) if isinstance(line, Maintained)]
    assert (told.person, "Vàng A Máy" in told.what, told.at) == ("Sùng A Khách", True, stopped.clock.now().stamp())
    assert [visit.what for visit in visits(stopped.paths)] == [told.what]
    assert "264813" not in told.model_dump_json()


def test_what_cannot_be_put_on_record_gives_nobody_a_pin(stopped, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    before = stopped.paths.holders.read_bytes()
    monkeypatch.setattr(who, "add_visit", full)
    hand = through(stopped, (), **{"who": "new Vàng A Máy", "new-pin": NEW, "pin": "264813"})
    assert "no PIN is set" in hand.told[-1][1]
    assert stopped.paths.holders.read_bytes() == before


@pytest.mark.parametrize("told", [{}, {"visitor": " "}])
def test_nobody_gets_a_new_pin_from_somebody_without_a_name(stopped, told):
    before = stopped.paths.holders.read_bytes()
    hand = through(stopped, (), **{"who": "new Vàng A Máy", "new-pin": json.dumps(told), "pin": "264813"})
    assert "name is missing" in hand.told[-1][1]
    assert (stopped.left, stopped.paths.holders.read_bytes(), visits(stopped.paths)) == (["going-on"], before, ())


def test_a_new_pin_that_anybody_would_guess_is_not_taken(stopped):
    before = stopped.paths.holders.read_bytes()
    hand = through(stopped, (), **{"who": "new Vàng A Máy", "new-pin": NEW, "pin": "111111"})
    assert "easy to guess" in hand.told[-1][1]
    assert (stopped.left, stopped.paths.holders.read_bytes(), visits(stopped.paths)) == (["going-on"], before, ())


def test_when_the_only_holder_has_gone_whoever_was_named_lets_it_go_on(stopped):
    assert set(duties(stopped)) == {"Vàng A Máy"}
    through(stopped, (), **{"who": "new Lê Văn Mẫu", "new-pin": NEW, "pin": "264813"})
    assert read_reset(stopped.paths).person == "Lê Văn Mẫu"
    assert duties(stopped)["Lê Văn Mẫu"] == {Duty.REPAIR}
    assert visits(stopped.paths)


def test_when_nobody_who_was_named_is_left_somebody_else_takes_the_equipment_over(stopped):
    told = json.dumps({"visitor": "Sùng A Khách", "successor": "Giàng Thị Sua"})
    through(stopped, (), **{"who": "new", "new-pin": told, "pin": "264813"})
    assert read_reset(stopped.paths).person == "Giàng Thị Sua"
    assert duties(stopped) == {"Vàng A Máy": {Duty.EQUIPMENT, Duty.MAINTENANCE}, "Giàng Thị Sua": {Duty.EQUIPMENT}}
    assert read_state(stopped.paths).duties[Duty.EQUIPMENT] == "Giàng Thị Sua"
    assert stopped.left == []


def test_a_confirmed_unit_of_which_nobody_ever_had_a_pin_goes_on_as_well_and_tells_of_it(stopped):
    remove(stopped.paths, "Vàng A Máy")
    through(stopped, (), **{"who": "new Vàng A Máy", "new-pin": NEW, "pin": "264813"})
    assert read_reset(stopped.paths).person == "Vàng A Máy"
    assert [visit.person for visit in visits(stopped.paths)] == ["Sùng A Khách"]


def test_a_pin_that_was_renewed_at_the_unit_opens_no_loudspeaker_and_takes_nobodys_voice_away(stopped):
    add(stopped.paths, "Vàng A Máy", (Duty.EQUIPMENT, Duty.CONTENT), "482913", may_speak=True)
    through(stopped, (), **{"who": "new Vàng A Máy", "new-pin": NEW, "pin": "264813"})
    now = stopped.clock.now()
    assert prove(stopped.paths, "Vàng A Máy", "264813", now, Right.RESET)
    assert prove(stopped.paths, "Vàng A Máy", "482913", now, Right.SPEAK)
    for pin, right in (("264813", Right.SPEAK), ("482913", Right.RESET)):
        with pytest.raises(Refused, match="wrong"):
            prove(stopped.paths, "Vàng A Máy", pin, now, right)


def test_somebody_who_takes_over_may_not_speak_either_whatever_else_they_were_named_for(stopped):
    through(stopped, (), **{"who": "new", "new-pin": json.dumps({"visitor": "A", "successor": "Lò Thị Tin"}), "pin": "264813"})
    assert duties(stopped)["Lò Thị Tin"] == {Duty.EQUIPMENT}, "of content as well, on paper"
    with pytest.raises(Refused, match="does not hold"):
        prove(stopped.paths, "Lò Thị Tin", "264813", stopped.clock.now(), Right.SPEAK)


def test_a_village_head_who_had_a_pin_for_speaking_and_is_named_for_the_equipment_uses_that_one(switched):
    add(switched.paths, "vàng a máy", (), "482913", may_speak=True)
    through(switched)
    assert "let it go on" in switched.found("stop switch").observed[1]
    (head,) = holders(switched.paths)
    assert (head.may_speak, set(head.duties)) == (True, {Duty.EQUIPMENT, Duty.MAINTENANCE})


def test_at_a_second_commissioning_those_named_newly_are_offered_beside_a_holder_who_has_gone(switched):
    add(switched.paths, "Người Cũ", (Duty.EQUIPMENT,), "771300")
    hand = through(switched, **{"who": "new Vàng A Máy", "new-pin": NEW})
    assert "let it go on" in switched.found("stop switch").observed[1]
    assert "stop-switch" not in switched.left
    assert "pin" in hand.asked


def test_where_the_first_who_was_named_is_not_here_another_one_takes_the_first_pin(switched):
    hand = Hand(switched, ("press", "release"), **{"who": "new Lê Văn Mẫu", "new-pin": NEW})
    hand.replies["pin"] = (nobody, "482913")
    apply(switched.paths, hand, switched.findings.extend, switched.horns, switched.clock)
    assert "Lê Văn Mẫu let it go on" in switched.found("stop switch").observed[1]


def test_a_unit_that_knows_as_many_people_as_it_can_says_so(switched):
    for number in range(MOST_HOLDERS):
        add(switched.paths, f"Người {number}", (Duty.REPAIR,), f"4829{number:02}")
    with pytest.raises(Refused, match="remove some"):
        add(switched.paths, "Người Nữa", (Duty.REPAIR,), "771300")
    add(switched.paths, "Người 7", (Duty.UPGRADE,), "771300")
