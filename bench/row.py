"""One measurement: a value, the peer or floor it stands beside in the same run, and how it was measured."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, computed_field, model_validator


class Row(BaseModel):
    """*holds* says whether the *budget* of the design is kept, None where there is none or where this run cannot tell."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: Annotated[float, Field(gt=0)] | None = None
    budget: str = ""
    holds: bool | None = None
    method: str

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way, which mypy does not know
    @property
    def ratio(self) -> float | None:
        """The value over the peer's; computed here, so that no bench can state another."""
        return None if self.peer_value is None else self.value / self.peer_value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.peer is None) != (self.peer_value is None):
            raise ValueError("a peer has a name and a value")
        if self.holds is not None and not self.budget:
            raise ValueError("it holds, but what?")
        return self
