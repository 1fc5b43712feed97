"""How patient the service of provisioning is."""

from typing import Annotated

from pydantic import Field

from bundle.base import Model


class FirstBootSettings(Model):
    """Seconds: what is missing is looked at again after *again*, a registry that said no is asked again after *refused*.

    A new code is drawn after at least *redraw*, and the self-test is repeated every *test* until the site is confirmed; the
    first one waits *others* at most for the programs that hold screen and pins.

    A unit with a loudspeaker beeps the number of its next step *beep_every* so often, quietly (*beep_dbfs*, of a sine's peak), for
    somebody with an earphone or a small monitor at the box.
    """

    again: Annotated[float, Field(ge=1, le=600)] = 5.0
    refused: Annotated[float, Field(ge=1, le=3600)] = 20.0
    redraw: Annotated[float, Field(ge=1, le=3600)] = 60.0
    test: Annotated[float, Field(ge=5, le=3600)] = 120.0
    others: Annotated[float, Field(ge=0, le=600)] = 30.0
    beep_every: Annotated[float, Field(ge=5, le=600)] = 12.0
    beep_dbfs: Annotated[float, Field(ge=-60, le=-20)] = -30.0
