"""A registry's keys and the prepared cards that it signs, for tests of all who read them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from evidence.card import Card, CardFile, LabelWifi, PinDigest, Village, Way
from evidence.keys import RegistryKeys
from evidence.sealing import new_sealing_key, sealing_jwk
from evidence.signing import new_key, public_jwk, sign

MADE = datetime(2026, 11, 1, tzinfo=UTC)
WIFI = LabelWifi(passphrase="k2m4p6r8t3v5")
VILLAGES = (
    Village(place="vn.20.06001.03", name="Thôn Nà Lạc", languages=("vi", "tyz"), channels=("vn", "vn.20", "vn.20.06001", "vn.20.06001.03")),
    Village(place="vn.20.06001.04", name="Thôn Bản Bon", languages=("vi",), channels=("vn", "vn.20", "vn.20.06001", "vn.20.06001.04")),
)


class CardMaker:
    """One registry: *signing* and its public *keys*; each card has its own private key."""

    def __init__(self, signing: bytes | None = None, sealing: bytes | None = None) -> None:
        self.signing, self.sealing = signing or new_key(), sealing or new_sealing_key()
        self.keys = RegistryKeys(sealing=sealing_jwk(self.sealing), signing=public_jwk(self.signing))

    def card(self, key: bytes, way: Way = Way.PRE_AUTHORISED, **changed: Any) -> Card:
        """The statement for a card with this private *key*."""
        told: dict[str, Any] = {
            "card": "card-1",
            "unit": "bt-abc234",
            "way": way,
            "key": public_jwk(key),
            "made": MADE,
            "until": MADE + timedelta(days=180),
            "days": 30,
            "registry": "https://bangtin.tinh.example",
            "content": "https://bangtin.tinh.example/content",
            "root": '{"signed": {}}',
            "keys": self.keys,
            "villages": VILLAGES,
            "pin": PinDigest(salt="00" * 16, digest="00" * 32),
        }
        return Card(**{**told, **changed})

    def file(self, card: Card, key: bytes) -> CardFile:
        """``card.json``."""
        return CardFile(statement=sign(card.model_dump_json().encode(), self.signing), key=key.decode(), hotspot=WIFI)
