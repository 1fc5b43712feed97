"""What a film must keep to: the ``[film]`` table of a commune's ``programme.toml``."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class FilmLimits(BaseModel):
    """At most so many *seconds*, frames a second (*rate*) and *megabytes* (10^6), which each unit must fetch; the defaults are ours."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    seconds: Annotated[float, Field(gt=0, le=600)] = 120.0
    rate: Annotated[float, Field(ge=1, le=30)] = 30.0
    megabytes: Annotated[float, Field(gt=0, le=64)] = 32.0
