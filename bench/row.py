"""One measurement: a value, the peer or floor it stands beside in the same run, and how it was measured."""

from pydantic import BaseModel, ConfigDict


class Row(BaseModel):
    """*ratio* is value / peer_value; *holds* says whether the *budget* of the design is kept, None where there is none."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    ratio: float | None = None
    budget: str = ""
    holds: bool | None = None
    method: str
