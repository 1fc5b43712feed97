"""Proving and checking who enrols from a prepared card: the registry's signature, the card's key, and the time. Pure."""

from datetime import datetime, timedelta
from typing import Any

from bundle.errors import Refused, refuse
from bundle.parse import parse
from evidence.card import ANOTHER, MAX_STATEMENT, WHERE, Card, CardClaim, Proof, Way
from evidence.records import ClockState, Stamp
from evidence.signing import claimed, sign, thumbprint, verify


def card_of(statement: str, signing: dict[str, Any] | None = None) -> Card:
    """The card in *statement*, signed by the key *signing*; without it by the key that it names itself, so that at least it is whole.

    ``Refused`` for everything else.
    """
    card = parse(Card, claimed(statement), WHERE, MAX_STATEMENT)
    try:
        verify(statement, dict(card.keys.signing) if signing is None else signing)
    except Refused:
        what = "chữ ký trên thẻ không phải của sổ trung tâm này / the card is not signed by this registry"
        raise refuse(WHERE, what, ANOTHER) from None
    return card


def in_time(card: Card, now: datetime) -> None:
    """``Refused`` once the card is too old for a first boot."""
    if now > card.until:
        until = f"{card.until:%d/%m/%Y}"
        raise refuse(WHERE, f"thẻ hết hạn ngày {until} / the card expired on {until}", ANOTHER)


def prove(card: Card, card_key: bytes, own: dict[str, Any]) -> str | None:
    """The proof for the unit's *own* public key by the private *card_key*; none is needed for the card's own key."""
    if card.way is Way.BENCH:
        return None
    return sign(Proof(card=card.card, thumbprint=thumbprint(own)).model_dump_json().encode(), card_key)


def check_claim(card: Card, claim: CardClaim, own: dict[str, Any]) -> None:
    """``Refused`` unless whoever has the *own* key also held the card."""
    match card.way:
        case Way.BENCH:
            proven = thumbprint(own) == thumbprint(card.key)
        case Way.PRE_AUTHORISED:
            expected = Proof(card=card.card, thumbprint=thumbprint(own))
            proven = claim.proof is not None and parse(Proof, verify(claim.proof, card.key), WHERE, 2048) == expected
    if not proven:
        raise refuse(WHERE, "khóa này không phải của thẻ / the key does not belong to the card", ANOTHER)


def overdue(card: Card, first_boot: Stamp, now: datetime) -> bool:
    """Whether the registry should have heard of it by *now*; a first boot by an unknown clock can have been on the card's last day."""
    began = card.until if first_boot.state is ClockState.UNKNOWN else min(first_boot.wall, card.until)
    return now > began + timedelta(days=card.days)
