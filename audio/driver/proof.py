"""The ladder of proof in one place: commanded, left the driver, electrical, heard; a missing sensor is unknown, never OK."""

from evidence.records import Rung


def rung(left: bool, electrical: bool | None = None, heard: bool | None = None) -> Rung:
    """How strongly it is known that something sounded which was commanded.

    *left*: its samples were measured at the driver. *electrical*: power of every amplifier that it used was sensed while
    it sounded. *heard*: the unit's own microphone heard it. None is a sensor that is missing or says nothing; a sensor that
    says no takes nothing away from the rungs below, its fault is told by itself.
    """
    if not left:
        # What no driver took cannot have been heard: what the microphone heard then was something else.
        return Rung.COMMANDED
    if heard:
        return Rung.HEARD
    return Rung.ELECTRICAL if electrical else Rung.LEFT_DRIVER
