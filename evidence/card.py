"""What a prepared card says: the registry's signed statement that lets one unit enrol where there is no network, and its proof. Pure.

The card holds the statement and one private key. *Pre-authorised*: that key signs the key that the unit makes for itself, once, and is
erased; it never leaves the unit, and neither does the unit's own. *Bench*: that key is the unit's own, known to the registry beforehand.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from bundle.area import AreaCode
from bundle.base import Identifier, Instant, Language, Line, Model, Sentence, UnitId
from bundle.errors import refuse
from evidence.admission import MAX_ADMISSION
from evidence.keys import RegistryKeys
from evidence.records import Stamp

MAX_STATEMENT = 48 * 1024
MOST_VILLAGES = 200
WHERE = "card.json"
CLAIMS = "bangtin/cards"
"""The folder on a courier's stick: ``<unit>-<12 hexadecimal digits>.jwe`` is a claim, the same with ``.jws`` the registry's answer."""
ANOTHER = "lấy thẻ khác / take another card"


class Way(StrEnum):
    """Whose key is on the card: one that is used once, or the unit's own."""

    PRE_AUTHORISED = "pre-authorised"
    BENCH = "bench"


class Village(Model):
    """Where the unit may be placed: *languages* in the village's order, *channels* widest first; *above* is the next area's name."""

    place: AreaCode
    name: Line
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=8)]
    channels: Annotated[tuple[AreaCode, ...], Field(min_length=1, max_length=16)]
    above: Line | None = None

    @property
    def full_name(self) -> str:
        """The name as people tell two villages of one name apart."""
        return f"{self.name}, {self.above}" if self.above else self.name


class PinDigest(Model):
    """What proves the service PIN of the label: scrypt (n 2^14, r 8, p 1, 32 bytes) under a *salt* of its own, in hexadecimal."""

    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Card(Model):
    """The statement, signed by the registry's own signing key: *unit* may enrol with *key* until *until*.

    The registry must hear of it within *days* after its first boot. *root* is the trust root itself, *villages* are those that the
    technician may choose among on site.
    """

    format: Literal[1] = 1
    kind: Literal["card"] = "card"
    card: Identifier
    unit: UnitId
    way: Way
    key: dict[str, Any]
    made: Instant
    until: Instant
    days: Annotated[int, Field(ge=1, le=365)]
    registry: Line
    content: Line
    root: Annotated[str, Field(max_length=32 * 1024)]
    keys: RegistryKeys
    villages: Annotated[tuple[Village, ...], Field(min_length=1, max_length=MOST_VILLAGES)]
    pin: PinDigest

    def village(self, place: str) -> Village:
        """The one that was chosen; ``Refused`` when this card does not offer it."""
        found = next((village for village in self.villages if village.place == place), None)
        if found is None:
            known = ", ".join(village.place for village in self.villages[:5])
            what = f"thẻ này không dành cho thôn {place} / this card is not for the village {place}"
            raise refuse("village", what, f"có / there are: {known}" + ("…" if len(self.villages) > 5 else ""))
        return found


class LabelWifi(Model):
    """The *passphrase* of the unit's own Wi-Fi that stands on its label: it counts while no board shows another one."""

    passphrase: Annotated[str, Field(pattern=r"^[a-z0-9]{12,63}$", repr=False)]


class CardFile(Model):
    """``card.json`` as it lies on the boot partition until the first boot: the *statement* (JWS) and the private *key* (PEM).

    *hotspot* is what the label says of the unit's own Wi-Fi; it is no part of the statement, which travels.
    """

    format: Literal[1] = 1
    statement: Annotated[str, Field(max_length=MAX_STATEMENT)]
    key: Annotated[str, Field(max_length=1024, repr=False)]
    hotspot: LabelWifi | None = None


class Proof(Model):
    """Signed by the card's key: whoever held this *card* made the key with this *thumbprint*."""

    format: Literal[1] = 1
    kind: Literal["card-proof"] = "card-proof"
    card: Identifier
    thumbprint: Annotated[str, Field(max_length=64)]


class CardClaim(Model):
    """In an enrolment: the card's *statement*, the *proof* (none from the bench), the *place* chosen, and when the unit first started."""

    statement: Annotated[str, Field(max_length=MAX_STATEMENT)]
    proof: Annotated[str, Field(max_length=2048)] | None = None
    place: AreaCode
    first_boot: Stamp


class CardAnswer(Model):
    """What the registry says to a claim that came on a stick, signed by its own key, to the unit whose key has this *thumbprint*.

    With *accepted* comes the *admission*, which the unit keeps (:mod:`evidence.admission`).
    """

    format: Literal[1] = 1
    kind: Literal["card-answer"] = "card-answer"
    unit: UnitId
    thumbprint: Annotated[str, Field(max_length=64)]
    accepted: bool
    why: Sentence | None = None
    admission: Annotated[str, Field(max_length=MAX_ADMISSION)] | None = None
