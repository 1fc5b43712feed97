"""A permit: the registry's word that a signed release may reach so many of its units now. It withholds, and never hurries. Pure."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from bundle.area import AreaCode
from bundle.base import Instant, Model
from bundle.parse import parse
from bundle.software import COHORTS, Number, Release, cohort
from evidence.signing import sign, verify

MAX_PERMIT = 4096
PERMITS = "bangtin/permits"
"""The folder of a stick in which ``<channel>.jws`` is the permit of a channel."""


class Permit(Model):
    """The payload of a compact JWS by the registry's own key. It ends with *until*, so that a unit out of reach stops by itself.

    *n* counts up over all permits of a registry: of two the higher counts.
    """

    format: Literal[1] = 1
    kind: Literal["permit"] = "permit"
    channel: AreaCode
    release: Number
    percent: Annotated[int, Field(ge=0, le=COHORTS)]
    n: Annotated[int, Field(ge=0, lt=2**63)]
    until: Instant


def sealed_permit(permit: Permit, signing: bytes) -> str:
    """*permit* as it travels, signed by the registry's private key (PEM)."""
    return sign(permit.model_dump_json().encode(), signing)


def read_permit(token: str, signing: dict[str, Any]) -> Permit:
    """The permit in *token*; ``Refused`` unless the registry with this public key (JWK) gave it."""
    return parse(Permit, verify(token, signing), "permit", MAX_PERMIT)


def withheld(release: Release, permit: Permit | None, unit: str, at: datetime) -> str:
    """Why *unit* may not take *release* yet, in Vietnamese and English; empty when it may. *at* is a time that has surely come."""
    if permit is None or (permit.channel, permit.release) != (release.channel, release.number):
        return f"máy chủ chưa cho phép bản {release.number} / the registry has not permitted release {release.number}"
    if at >= permit.until:
        return "giấy phép đã hết hạn, chờ bản mới / the permit has ended, a new one must come"
    if cohort(unit, release.number) >= permit.percent:
        return f"chưa đến lượt: mới {permit.percent} % / not this unit's turn: {permit.percent} % so far"
    opens = release.opens(release.stage_of(unit))
    return "" if at >= opens else f"đợt này mở lúc {opens:%Y-%m-%d %H:%M} UTC / this stage opens then"
