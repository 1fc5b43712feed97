"""A unit's newest report as the registry keeps it."""

import logging
from functools import lru_cache

from pydantic import ValidationError

from evidence.report import Report

log = logging.getLogger(__name__)


@lru_cache(4096)
def stored(text: str) -> Report | None:
    """The report that is kept as *text*; None, and the log says it, when this release cannot read it: the unit's next one replaces it."""
    # While an alert goes out the same ones are asked for each second.
    try:
        return Report.model_validate_json(text)
    except ValidationError as problem:
        log.error("a kept report cannot be read: %s", problem)
        return None
