"""What the stories of many units share."""

from tests.caretaker.conftest import in_memory

__all__ = ["in_memory"]
