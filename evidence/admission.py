"""What a registry gives a unit that it has let in, signed: the unit shows it again to a registry whose database was restored. Pure."""

from typing import Annotated, Any, Literal

from pydantic import Field

from bundle.area import AreaCode
from bundle.base import Instant, Language, Line, Model, UnitId
from bundle.errors import Refused, refuse
from bundle.parse import parse
from evidence.signing import claimed, verify

MAX_ADMISSION = 48 * 1024
WHERE = "admission"


class Admission(Model):
    """Signed by the registry's own key: it let *unit*, whose key has this *thumbprint*, in at *enrolled*, to stand in *place*.

    All that it wrote down of the unit then, so that it needs nothing else to write it down again; *link* is how it is reached.
    """

    format: Literal[1] = 1
    kind: Literal["admission"] = "admission"
    unit: UnitId
    thumbprint: Annotated[str, Field(max_length=64)]
    hardware: Line
    place: AreaCode
    place_name: Line
    channels: tuple[AreaCode, ...]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    link: Line
    root: Annotated[str, Field(max_length=32 * 1024)]
    enrolled: Instant


def read_admission(token: str, signing: dict[str, Any], unit: str, thumbprint: str) -> Admission:
    """The admission in *token*, if the owner of the key *signing* gave it to *unit* with the key of this *thumbprint*; else ``Refused``."""
    found = parse(Admission, claimed(token), WHERE, MAX_ADMISSION)
    try:
        verify(token, signing)
    except Refused:
        what = "giấy nhận không phải của sổ trung tâm này / the admission is not signed by this registry"
        raise refuse(WHERE, what, "đăng ký lại thiết bị / enrol the unit again") from None
    if (found.unit, found.thumbprint) != (unit, thumbprint):
        what = f"giấy nhận của {found.unit} / the admission is of {found.unit}, or of another key"
        raise refuse(WHERE, what, "đăng ký lại thiết bị / enrol the unit again")
    return found
