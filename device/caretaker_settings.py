"""How often a unit may reboot itself, and how much of what programs said before their death is kept."""

from typing import Annotated

from pydantic import Field

from bundle.base import Model


class CaretakerSettings(Model):
    """A program that died *deaths* times *within* so many seconds asks for a reboot, of which there are *reboots* in 24 hours at most.

    The last *words_kb* KiB of the log are kept at a death and a shutdown, *words_kept* such files in all; of one program that goes
    on dying once in *words_every* seconds.
    """

    reboots: Annotated[int, Field(ge=0, le=24)] = 3
    deaths: Annotated[int, Field(ge=2, le=1000)] = 10
    within: Annotated[float, Field(ge=10, le=86400)] = 600.0
    words_kb: Annotated[int, Field(ge=1, le=64)] = 64
    words_kept: Annotated[int, Field(ge=1, le=100)] = 20
    words_every: Annotated[float, Field(ge=1, le=86400)] = 21600.0
