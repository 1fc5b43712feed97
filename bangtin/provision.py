"""``bangtin provision``: the unit's own commands, and the batch of cards, which is made on the registry's machine."""

from bangtin.cards.command import batch
from provisioning.commands import provision

__all__ = ["provision"]

provision.add_command(batch)
