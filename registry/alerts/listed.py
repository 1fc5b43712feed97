"""The list of sources while the registry runs: read again when it changes; a list that cannot be read leaves the old one in force."""

import hashlib
import hmac
import logging
from dataclasses import dataclass, field
from pathlib import Path

from bundle.area import covers
from bundle.errors import Refused
from registry.alerts.sources import Source, read_sources

log = logging.getLogger(__name__)

NAME = "sources.toml"


@dataclass
class Listed:
    """The sources in the file *path*; none when there is no such file."""

    path: Path
    _mark: tuple[int, int, int] | None = None
    _sources: tuple[Source, ...] = field(default=())

    def now(self) -> tuple[Source, ...]:
        """Who may send, as the file says."""
        try:
            state = self.path.stat()
        except FileNotFoundError:
            self._mark, self._sources = None, ()
            return ()
        mark = state.st_ino, state.st_mtime_ns, state.st_size
        if mark != self._mark:
            self._mark = mark
            try:
                self._sources = read_sources(self.path)
            except Refused as refused:
                log.error("%s", refused)
        return self._sources

    def by_token(self, token: str) -> Source | None:
        """Whose *token* it is. Every source is compared, so that how long it takes tells nothing of whose it nearly was."""
        shown = hashlib.sha256(token.encode(errors="surrogateescape")).hexdigest()
        found = None
        for source in self.now():
            if hmac.compare_digest(shown, source.token or ""):
                found = source
        return found

    def count(self, channel: str) -> int:
        """How many of them may speak in *channel*."""
        return sum(any(covers(area, channel) or covers(channel, area) for area in source.areas) for source in self.now())
