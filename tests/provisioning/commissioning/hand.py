"""A technician who is a script with a hand: it presses, holds and releases what it is told to."""

from device.inputs import Contact
from provisioning.commissioning.run import apply
from provisioning.technicians import Scripted
from tests.provisioning.commissioning.conftest import RIGHT


class Hand(Scripted):
    """A technician whose hand does what they are told: *obeys* is how far."""

    def __init__(self, unit, obeys, **changed):
        super().__init__({**RIGHT, "who": "own Vàng A Máy", "pin": "482913", **changed})
        self.unit, self.obeys = unit, obeys

    def tell(self, words):
        super().tell(words)
        if "press the stop switch" in words[1] and "press" in self.obeys:
            self.unit.switch(Contact.PRESSED, stopped=True)
        if "hold the service button" in words[1] and "hold" in self.obeys:
            self.unit.switch(Contact.NONE, stopped=False, service=self.unit.clock.now().mono)
        if "turn or pull" in words[1] and "release" in self.obeys:
            self.unit.switch(Contact.RELEASED, stopped=True)


def through(unit, obeys=("press", "release"), **changed):
    hand = Hand(unit, obeys, **changed)
    apply(unit.paths, hand, unit.findings.extend, unit.horns, unit.clock)
    return hand
