"""``bangtin provision``: the unit's own commands, and the batch of cards, which is made on the registry's machine."""

import importlib
import importlib.util

from provisioning.commands import provision

__all__ = ["provision"]

# A unit's package has no registry, and so no cards to make. An empty folder of that name is none either.
_cards = importlib.util.find_spec("bangtin.cards")
if _cards is not None and _cards.origin is not None:
    provision.add_command(importlib.import_module("bangtin.cards.command").batch)
