"""The real registry and a technician's phone, as in its own tests."""

from tests.registry.web.conftest import clock, registry
from tests.registry.web.technician.conftest import office, phone

__all__ = ["clock", "office", "phone", "registry"]
