"""What the agent has received and proved, by target: it tells the registry what arrived apart from what a worker believes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from agent.pull.shelving import pack_path
from bundle.errors import Refused
from bundle.trust import PLAYED, path_for, unpack
from device.candidate import FileKey, key, read_pack
from device.paths import Paths


@dataclass
class Received:
    """The versions of the packs of *channels* that stand in RAM or on the shelf; a file that did not change is not read again."""

    paths: Paths
    channels: tuple[str, ...]
    _known: dict[Path, tuple[FileKey, int]] = field(default_factory=dict)

    def versions(self) -> dict[str, int]:
        """The newest version by target, ``<channel>/<file>``. They were verified before they were put there: it is not done again."""
        found: dict[str, int] = {}
        for where, path in self._packs():
            if version := self._version(path):
                found[where] = max(version, found.get(where, 0))
        return found

    def _packs(self) -> Iterator[tuple[str, Path]]:
        for channel in self.channels:
            for target in PLAYED:
                for folder in (self.paths.fast, self.paths.shelf):
                    yield path_for(channel, target), pack_path(folder, channel, target)

    def _version(self, path: Path) -> int:
        """The version of the role in the pack at *path*, 0 when there is none."""
        found = key(path)
        if found is None:
            self._known.pop(path, None)
            return 0
        if path not in self._known or self._known[path][0] != found:
            self._known[path] = found, _role_version(path)
        return self._known[path][1]


def _role_version(path: Path) -> int:
    try:
        return int(json.loads(unpack(read_pack(path)).role)["signed"]["version"])
    except (Refused, ValueError, KeyError, TypeError):
        # Rotten on the card: the next look that hashes the shelf brings it again.
        return 0
