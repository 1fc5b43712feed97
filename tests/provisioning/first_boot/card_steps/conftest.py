"""The unit with a prepared card, as in the tests of the cards."""

from tests.provisioning.card.conftest import unit

__all__ = ["unit"]
