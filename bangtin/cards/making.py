"""Making prepared cards: for each unit a name, a key, a service PIN and the statement about them. Pure but for its randomness."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bundle.area import ancestors
from evidence.card import Card, CardFile, LabelWifi, Village, Way
from evidence.keys import RegistryKeys
from evidence.pin import pin_digest
from evidence.signing import new_key, public_jwk, sign
from provisioning.network.manager import new_passphrase
from registry.areas.places import Place

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on a label."""
NAME_LENGTH, PIN_LENGTH = 7, 8
"""31^7 names, so that the names of a province do not meet by chance; a PIN whose digest lies on the card resists for years."""


@dataclass(frozen=True)
class Plan:
    """What all cards of a batch say: whom the units follow, how long the cards are good, and where the units may stand."""

    batch: str
    prefix: str
    way: Way
    registry: str
    root: str
    keys: RegistryKeys
    villages: tuple[Village, ...]
    valid: timedelta
    days: int


@dataclass(frozen=True)
class Made:
    """One card and what belongs to it: its *file* goes on the boot partition, its *pin* on the label and nowhere else.

    The passphrase of the unit's own *wifi* is on both.
    """

    card: Card
    file: CardFile = field(repr=False)
    pin: str = field(repr=False)
    wifi: LabelWifi = field(repr=False)


def make(plan: Plan, signing: bytes, now: datetime) -> Made:
    """A fresh card, unlike every other, signed with the registry's private *signing* key."""
    wifi = LabelWifi(passphrase=new_passphrase())
    key, pin = new_key(), "".join(secrets.choice("0123456789") for _ in range(PIN_LENGTH))
    card = Card(
        card="".join(secrets.choice(LETTERS) for _ in range(20)),
        unit=f"{plan.prefix}-" + "".join(secrets.choice(LETTERS) for _ in range(NAME_LENGTH)),
        way=plan.way,
        key=public_jwk(key),
        made=now,
        until=now + plan.valid,
        days=plan.days,
        registry=plan.registry,
        content=f"{plan.registry}/content",
        root=plan.root,
        keys=plan.keys,
        villages=plan.villages,
        pin=pin_digest(pin, secrets.token_bytes(16)),
    )
    file = CardFile(statement=sign(card.model_dump_json().encode(), signing), key=key.decode(), hotspot=wifi)
    return Made(card, file, pin, wifi)


def village_of(place: Place) -> Village:
    """Where a unit may stand, following all areas above, widest first."""
    area = place.area
    above = place.above[-1] if place.above else None
    return Village(place=area.code, name=area.name, languages=area.languages, channels=ancestors(area.code), above=above)
