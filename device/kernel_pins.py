"""Real pins through lgpio: an output is claimed at its level in one step, and pulled to the level at which it must rest.

gpiozero's own pin class does three things that a relay does not forgive, because an active-low one is on while its pin is low:
it claims every pin as a floating input, then as an output that is *low*, and only then sets the wanted level; it lets the kernel
fall back to whatever pull there is when the program dies; and it leaves a closed pin floating.
"""

from typing import Any

import lgpio
from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin
from gpiozero.pins.local import LocalPiPin

from device.header import header


class KernelPin(LGPIOPin):  # type: ignore[misc] # gpiozero ships no types
    """A pin whose output rests at its first level: while it is claimed, after it was closed, and after the program was killed."""

    def __init__(self, factory: "KernelFactory", info: Any) -> None:
        # Not LGPIOPin's: that claims the pin as a floating input before anybody said what it is for.
        LocalPiPin.__init__(self, factory, info)
        self._pwm = self._bounce = self._callback = None
        self._edges = lgpio.BOTH_EDGES
        self._rest: int | None = None

    def output_with_state(self, state: bool) -> None:
        """Drive *state* from the first moment on; the pull towards it is what the kernel leaves when nobody drives the pin any more."""
        rest = lgpio.SET_PULL_UP if state else lgpio.SET_PULL_DOWN
        lgpio.gpio_claim_output(self.factory._handle, self._number, int(bool(state)), rest)
        self._rest = rest

    def close(self) -> None:
        """An output becomes an input, pulled to the level at which it rested; an input stays one until the program ends."""
        if self.factory._handle is not None and self._rest is not None:
            lgpio.gpio_claim_input(self.factory._handle, self._number, self._rest)


class KernelFactory(LGPIOFactory):  # type: ignore[misc] # the same
    """All pins of the header, by the kernel's GPIO character device; ``AmplifierLost`` where no chip is the header's."""

    def __init__(self) -> None:
        # Not the number that gpiozero expects of this board: whatever is there has it claim lines and report them ready.
        super().__init__(header())
        self.pin_class = KernelPin
