"""Waiting for a hand at the unit: what the amplifier program sees of its inputs, and of this boot alone."""

from collections.abc import Callable

from device.inputs import Contact, Inputs, contact, read_inputs
from provisioning.commissioning.step import Site
from provisioning.patience import looks

PATIENCE = 120.0
"""Seconds: for somebody to go to the box."""


def waited(site: Site, condition: Callable[[Inputs], bool]) -> bool:
    """Whether *condition* came to hold of this boot's reading, in time."""
    return any(condition(seen) for _ in looks(PATIENCE) if (seen := now(site)) is not None)


def now(site: Site) -> Inputs | None:
    """The reading at this moment; None when it is of another boot or old, and then says nothing."""
    seen = read_inputs(site.paths)
    return None if contact(seen, site.clock.now()) is Contact.UNKNOWN else seen
