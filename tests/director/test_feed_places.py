"""Who of the feed keeps a place when there are more than the policy lets stand at once."""

from director.screen import direct_screen
from director.sound import direct_sound
from evidence.records import Outcome
from tests.director import village as v
from tests.director.test_feed import NOW, standings, taken, world


def test_an_update_to_a_lower_level_is_taken_as_what_it_replaces_would_be():
    """Or the story would vanish: the old one replaced, the new one held back."""
    high, others = v.alert("nang", "08:00", level=5), [v.alert(f"khac-{n}", f"08:2{n}", level=3) for n in range(2)]
    for sent in ("08:10", "07:50"):
        lower = v.update("bot", [v.reference("nang", "08:00")], sent=sent, level=2)
        again = v.update("bot-nua", [v.reference("bot", sent)], sent="08:15", level=1)
        for story in ([high, lower], [high, lower, again]):
            assert story[-1].identifier in taken(standings(world(*story, *others, rules={"at_once": 2})))
    lower = v.update("bot", [v.reference("nang", "08:00")], sent="07:50", level=5)
    assert taken(standings(world(high, lower, v.alert("khac", "07:55", level=5), rules={"at_once": 1}))) == ["bot"], "also in its hour"


def test_what_replaces_something_that_the_policy_forbids_ranks_no_higher_for_that():
    forbidden, update = v.alert("cam", "08:00", level=5), v.update("sau", [v.reference("cam", "08:00")], sent="08:10", level=2)
    found = standings(world(forbidden, update, v.alert("khac", "08:05", level=3), rules={"at_once": 1, "level": 3}))
    assert taken(found) == ["khac"]


def test_what_sounds_is_said_to_its_end_though_newer_ones_take_its_place():
    first, second = v.alert("mot", "08:00", level=1), v.alert("hai", "08:50", level=5)
    programme = world(first, second, rules={"at_once": 1})
    seen = [v.seen(each, "08:50", feed=True) for each in (first, second)]

    def queued(outcome):
        happened = v.after(*seen, v.sounded(v.alert_key(first, feed=True), outcome, "08:59", item=str(first.identity()), words=first))
        return [each.item.split(",")[1] for each in direct_sound(programme, NOW, happened).what.queue]

    assert queued(Outcome.STARTED) == ["mot", "hai"]
    assert queued(Outcome.COMPLETE) == ["hai"]
    assert direct_screen(programme, NOW, v.after(*seen)).main.alert.identifier == "hai", "the board shows the newer at once"
