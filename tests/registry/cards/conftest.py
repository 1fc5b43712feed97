"""The same real registry as for its web application."""

from tests.registry.web.conftest import clock, registry

__all__ = ["clock", "registry"]
