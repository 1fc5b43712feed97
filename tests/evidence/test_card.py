"""The statement on a prepared card: only the registry makes it, only who held the card proves it, and every changed letter shows."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundle.errors import Refused
from evidence.card import CardClaim, Way
from evidence.proving import card_of, check_claim, in_time, overdue, prove
from evidence.records import ClockState, Stamp
from evidence.signing import new_key, public_jwk
from tests.simulators.cards import MADE, VILLAGES, CardMaker

REGISTRY, CARD_KEY, UNIT_KEY = CardMaker(), new_key(), new_key()
CARD = REGISTRY.card(CARD_KEY)
FILE = REGISTRY.file(CARD, CARD_KEY)
FIRST = Stamp(wall=MADE, state=ClockState.UNKNOWN, boot="b", mono=1.0)


def claim(proof: str | None) -> CardClaim:
    return CardClaim(statement=FILE.statement, proof=proof, place=VILLAGES[0].place, first_boot=FIRST)


def test_a_statement_says_what_was_signed() -> None:
    assert card_of(FILE.statement) == CARD
    assert card_of(FILE.statement, REGISTRY.keys.signing) == CARD


@settings(max_examples=60)
@given(st.data())
def test_a_changed_letter_is_found(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(FILE.statement) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=126).filter(lambda sign: sign != FILE.statement[place]))
    changed = FILE.statement[:place] + other + FILE.statement[place + 1 :]
    try:
        found = card_of(changed)
    except Refused:
        return
    # The last letter of Base64 carries bits that mean nothing: then nothing is changed.
    assert found == CARD


def test_another_registrys_card_is_refused() -> None:
    other = CardMaker()
    with pytest.raises(Refused, match="not signed by this registry"):
        card_of(FILE.statement, other.keys.signing)
    forged = other.file(CARD, CARD_KEY)
    with pytest.raises(Refused, match="not signed by this registry"):
        card_of(forged.statement)


def test_who_held_the_card_proves_the_key_that_it_made() -> None:
    proof = prove(CARD, CARD_KEY, public_jwk(UNIT_KEY))
    check_claim(CARD, claim(proof), public_jwk(UNIT_KEY))


@pytest.mark.parametrize("case", ["no proof", "another's key", "another card's key", "the card's own key"])
def test_whoever_did_not_hold_it_proves_nothing(case: str) -> None:
    own, proof = public_jwk(UNIT_KEY), prove(CARD, CARD_KEY, public_jwk(UNIT_KEY))
    match case:
        case "no proof":
            proof = None
        case "another's key":
            own = public_jwk(new_key())
        case "another card's key":
            proof = prove(CARD, new_key(), own)
        case "the card's own key":
            own, proof = public_jwk(CARD_KEY), None
    with pytest.raises(Refused):
        check_claim(CARD, claim(proof), own)


def test_a_card_from_the_bench_is_proven_by_its_own_key_alone() -> None:
    bench = REGISTRY.card(CARD_KEY, Way.BENCH)
    assert prove(bench, CARD_KEY, public_jwk(CARD_KEY)) is None
    check_claim(bench, claim(None), public_jwk(CARD_KEY))
    with pytest.raises(Refused, match="does not belong"):
        check_claim(bench, claim(None), public_jwk(UNIT_KEY))


def test_a_card_offers_its_own_villages_only() -> None:
    assert CARD.village(VILLAGES[1].place) == VILLAGES[1]
    with pytest.raises(Refused, match=r"vn\.20\.06001\.03"):
        CARD.village("vn.99")


def test_a_card_expires() -> None:
    in_time(CARD, CARD.until)
    with pytest.raises(Refused, match="expired"):
        in_time(CARD, CARD.until + timedelta(seconds=1))


@given(st.integers(-400, 400), st.sampled_from(ClockState), st.integers(1, 365))
def test_the_registry_hears_in_time_or_never_knows(first: int, state: ClockState, days: int) -> None:
    card = CARD.model_copy(update={"days": days})
    began = Stamp(wall=MADE + timedelta(days=first), state=state, boot="b", mono=0.0)
    assert not overdue(card, began, MADE) or first < 0
    assert overdue(card, began, card.until + timedelta(days=days, seconds=1))
    if state is not ClockState.UNKNOWN and began.wall <= card.until:
        assert not overdue(card, began, began.wall + timedelta(days=days))
