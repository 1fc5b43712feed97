"""The pins of this machine, with the factory that the settings name and never another; no line is driven here."""

from collections.abc import Iterator
from contextlib import contextmanager

from gpiozero import GPIOZeroError
from gpiozero.pins import Factory
from gpiozero.pins.mock import MockFactory

from device.errors import AmplifierLost
from device.settings import PinFactory


def make_factory(kind: PinFactory) -> Factory:
    """The factory of *kind*; ``AmplifierLost`` when this machine has no such pins."""
    match kind:
        case PinFactory.MOCK:
            return MockFactory()
        case PinFactory.LGPIO:
            with pin_trouble("không mở được chân GPIO / GPIO pins cannot be opened (lgpio)"):
                from device.kernel_pins import KernelFactory

                return KernelFactory()


@contextmanager
def pin_trouble(what: str) -> Iterator[None]:
    """Whatever the pins complain of inside becomes ``AmplifierLost``: *what*, and their own words."""
    try:
        yield
    except (ImportError, OSError, GPIOZeroError) as problem:
        raise AmplifierLost(f"{what}: {problem}") from problem
    except Exception as problem:
        # lgpio's own error derives from nothing better, and lgpio itself need not be there to be named.
        if type(problem).__module__ != "lgpio":
            raise
        raise AmplifierLost(f"{what}: {problem}") from problem
