"""The registries of other folders' stories, whose pages are looked at here."""

from tests.registry.web.officer.conftest import station
from tests.registry.web.users.conftest import cheap

__all__ = ["cheap", "station"]
