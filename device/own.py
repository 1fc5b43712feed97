"""Reading what this unit itself wrote, perhaps by a newer version that it has left since: what only that one knows is passed over."""

from pathlib import Path
from typing import TypeVar

from bundle.base import Model

M = TypeVar("M", bound=Model)


def own(model: type[M], raw: bytes | str) -> M:
    """*raw* as a *model*, without the fields that this version does not know. ``ValidationError`` when it is damaged.

    Documents that others made stay strict: there an unknown field is a mistake, or says something that must not be missed.
    """
    return model.model_validate_json(raw, extra="ignore")


def read_own(model: type[M], path: Path) -> M:
    """The same from the file at *path*; ``OSError`` where there is none that can be read."""
    return own(model, path.read_bytes())
