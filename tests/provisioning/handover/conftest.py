"""The commissioned unit, as in the tests of the commissioning."""

from tests.provisioning.commissioning.conftest import measured, unit

__all__ = ["measured", "unit"]
