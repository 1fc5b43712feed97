"""What the web application needs to know, and the clock it reads."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web


def wall_clock() -> datetime:
    """The registry's own time, aware (UTC)."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Config:
    """*data* holds the database, *site* the release tree, *url* is the base that units are told; times are seconds.

    *keep_signed* is how long the reports that units signed are kept as they signed them, None for ever.
    *now* is an argument so that a test can be an hour later without waiting for it.
    """

    data: Path
    site: Path
    url: str
    now: Callable[[], datetime] = wall_clock
    watch_every: float = 0.05
    keep_alive: float = 300.0
    most_streams: int = 2000
    keep_signed: timedelta | None = timedelta(days=1100)


CONFIG: web.AppKey[Config] = web.AppKey("config", Config)
