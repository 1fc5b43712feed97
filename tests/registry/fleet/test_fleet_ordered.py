"""What became of an order is what the unit said of it; that none answered is not known, and never done."""

from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest

from bundle.orders import MuteOrder, OrderKind, Orders, ScreenshotOrder, ToneOrder, order_name
from evidence.excerpt import packed
from evidence.records import Answered, Obedience, OrderSeen, Outcome, Rung
from registry.fleet.ordered import Fate, answers, answers_of, orders_for
from registry.web.config import STORAGE
from tests.registry.web.conftest import NOON, sounded, stamp

CHANNEL, UNIT, PLACE = "vn.20.06001", "bt-mau-01", "vn.20.06001.03"
GIVEN = {"person": "Lò Văn Dự", "since": NOON, "expires": NOON + timedelta(minutes=15), "reason": "xem bảng"}
PICTURE = ScreenshotOrder(id="screenshot-1", kind=OrderKind.SCREENSHOT, units=(UNIT,), **GIVEN)
MUTE = MuteOrder(id="mute-1", kind=OrderKind.MUTE, areas=(PLACE,), **GIVEN)
TONE = ToneOrder(id="tone-1", kind=OrderKind.TONE, seconds=5.0, **GIVEN)


def seen(order):
    return OrderSeen(n=1, at=stamp(), identity=order_name(CHANNEL, order), channel=CHANNEL)


def answered(order, outcome=Obedience.DONE, **more):
    return Answered(n=2, at=stamp(), identity=order_name(CHANNEL, order), channel=CHANNEL, outcome=outcome, reason="xong / done", **more)


def fate(order, lines, later=0):
    listed = [Orders(format=1, channel=CHANNEL, orders=(order,))]
    (found,) = orders_for(UNIT, PLACE, listed, answers(reversed(lines)), NOON + timedelta(minutes=later))
    return found.fate


@pytest.mark.parametrize("outcome", Obedience)
def test_the_units_own_word_counts_in_whatever_order_it_comes(outcome):
    lines = [seen(PICTURE), answered(PICTURE, outcome)]
    assert fate(PICTURE, lines).value == outcome.value
    assert fate(PICTURE, lines[::-1]).value == outcome.value
    assert fate(PICTURE, lines, later=60).value == outcome.value, "also after its end"


def test_what_nobody_answered_is_not_known_when_it_has_expired():
    assert fate(PICTURE, []) is Fate.SENT
    assert fate(PICTURE, [seen(PICTURE)]) is Fate.ARRIVED
    assert fate(PICTURE, [], later=16) is Fate.UNANSWERED
    assert fate(PICTURE, [seen(PICTURE)], later=16) is Fate.UNANSWERED


def test_a_mute_holds_when_it_has_arrived_and_a_tone_when_it_has_sounded():
    assert fate(MUTE, [seen(MUTE)]) is Fate.DONE
    name = f"order:{order_name(CHANNEL, TONE)}"
    assert fate(TONE, [seen(TONE), sounded(2, occurrence=name, outcome=Outcome.STARTED)]) is Fate.ARRIVED
    assert fate(TONE, [seen(TONE), sounded(2, occurrence=name)]) is Fate.DONE
    refused = sounded(2, occurrence=name, outcome=Outcome.REFUSED_BY_RULE, rung=Rung.UNKNOWN)
    assert fate(TONE, [seen(TONE), refused]) is Fate.REFUSED


def test_an_order_for_others_is_not_shown_and_the_log_is_unpacked():
    other = PICTURE.model_copy(update={"units": ("bt-khac",)})
    assert orders_for(UNIT, PLACE, [Orders(format=1, channel=CHANNEL, orders=(other,))], {}, NOON) == []
    told = answers([answered(PICTURE, excerpt=urlsafe_b64encode(packed("một\nhai\n")))])
    assert told[order_name(CHANNEL, PICTURE)].excerpt == "một\nhai\n"


def test_an_excerpt_that_is_none_is_no_reason_to_show_nothing():
    told = answers([answered(PICTURE, excerpt=urlsafe_b64encode(packed("một\nhai\n" * 50)[:-4]))])
    assert told[order_name(CHANNEL, PICTURE)].fate is Fate.DONE
    assert told[order_name(CHANNEL, PICTURE)].excerpt is None


async def test_what_a_unit_says_aloud_all_day_hides_no_answer(registry):
    unit = await registry.enrolled()
    tone = sounded(0, occurrence=f"order:{order_name(CHANNEL, TONE)}", item="tone-1")
    await registry.report(unit.report(0, [("agent", answered(PICTURE)), ("audio", tone)]))
    for n in range(2):
        await registry.report(unit.report(1 + n, [("audio", sounded(1 + 201 * n + k)) for k in range(201)]))
    async with registry.app[STORAGE].reading() as connection:
        told = await answers_of(connection, unit.name)
    assert {name: answer.fate for name, answer in told.items()}[order_name(CHANNEL, PICTURE)] is Fate.DONE
    assert len(told) == 2, "and the tone's own line is found"
