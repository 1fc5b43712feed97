"""What a recording must keep to, and how far it is mended: the ``[sound]`` table of a commune's ``programme.toml``."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class SoundLimits(BaseModel):
    """Levels in dB, loudness in LUFS and dBTP (EBU R 128), times in seconds; the defaults are ours.

    *clear* is the distance of speech to steady noise from which nothing is taken away, *least* that below which a recording is
    refused, *denoise* the most that is taken. *clipped* is the share of the sounding samples from which clipping is refused.
    *apart* is how much fainter one voice may be than another one, *far_apart* how much at most.
    *quiet* is what is raised and told, *faintest* what is refused; *silence* before or after the speech is told when longer.
    *narrow* is the sampling rate in Hz up to which a recording sounds like a telephone.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    target: Annotated[float, Field(ge=-30, le=-10)] = -16.0
    ceiling: Annotated[float, Field(ge=-6, le=-0.5)] = -1.0
    shortest: Annotated[float, Field(ge=0.2, le=5)] = 0.5
    clear: Annotated[float, Field(ge=10, le=40)] = 25.0
    least: Annotated[float, Field(ge=6, le=30)] = 12.0
    denoise: Annotated[float, Field(ge=0, le=20)] = 12.0
    clipped: Annotated[float, Field(gt=0, le=0.1)] = 0.02
    apart: Annotated[float, Field(ge=4, le=20)] = 8.0
    far_apart: Annotated[float, Field(ge=8, le=30)] = 20.0
    quiet: Annotated[float, Field(ge=-50, le=-20)] = -38.0
    faintest: Annotated[float, Field(ge=-65, le=-40)] = -55.0
    silence: Annotated[float, Field(ge=0.5, le=30)] = 2.0
    narrow: Annotated[int, Field(ge=0, le=24_000)] = 16_000
