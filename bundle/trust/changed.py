"""Which files of a release tree an urgent change brought: what a unit lacks that had the state before. Pure, but for reading them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from bundle.trust.delta import WORTH, delta_path
from bundle.trust.targets import Target, path_for, role_for

URGENT = (Target.STOP, Target.ALERTS, Target.FEED)
"""What is handed on before anything else, and what a hint carries."""

Read = Callable[[str], bytes | None]
"""The file at a path of the release tree, ``None`` where there is none."""


def snapshot_path(channel: str, timestamp: bytes) -> str:
    """Where the snapshot lies that *timestamp* names. ``ValueError``, ``LookupError`` or ``TypeError`` for what is no timestamp."""
    return f"metadata/{channel}/{int(_signed(timestamp)['meta']['snapshot.json']['version'])}.snapshot.json"


def roles_in(snapshot: bytes) -> dict[str, int]:
    """The version of each role that *snapshot* names. ``ValueError``, ``LookupError`` or ``TypeError`` for what is none."""
    return {name.removesuffix(".json"): int(entry["version"]) for name, entry in _signed(snapshot)["meta"].items()}


def files_since(read: Read, channel: str, before: Mapping[str, int], timestamp: bytes) -> dict[str, bytes]:
    """By their paths, the files that a unit lacks which had the roles of *before* and hears of *timestamp*; none unless it is urgent.

    A long document goes as its delta alone: who has not the one before asks for the whole. No root is among them.
    ``ValueError``, ``LookupError`` or ``TypeError`` when the tree is not whole.
    """
    path = snapshot_path(channel, timestamp)
    found = {f"metadata/{channel}/timestamp.json": timestamp, path: _there(read, path)}
    now = roles_in(found[path])
    fresh = [target for target in URGENT if now.get(role_for(target), 0) != before.get(role_for(target), 0)]
    for target in fresh:
        found |= _files(read, channel, target, now, before)
    if fresh and now["targets"] != before.get("targets"):
        path = f"metadata/{channel}/{now['targets']}.targets.json"
        found[path] = _there(read, path)
    return found if fresh else {}


def _files(read: Read, channel: str, target: Target, now: Mapping[str, int], before: Mapping[str, int]) -> dict[str, bytes]:
    """The metadata of the role that signs *target*, and the document, or its delta to the one before where there is one."""
    role = role_for(target)
    path = f"metadata/{channel}/{now[role]}.{role}.json"
    metadata = _there(read, path)
    sha256, length = _named(metadata, channel, target)
    whole = f"targets/{channel}/{sha256}.{target.value}"
    held = read(f"metadata/{channel}/{before[role]}.{role}.json") if role in before and length >= WORTH else None
    if held is not None:
        difference = delta_path(channel, _named(held, channel, target)[0], sha256)
        if (delta := read(difference)) is not None:
            return {path: metadata, difference: delta}
    return {path: metadata, whole: _there(read, whole)}


def _named(metadata: bytes, channel: str, target: Target) -> tuple[str, int]:
    file = _signed(metadata)["targets"][path_for(channel, target)]
    return str(file["hashes"]["sha256"]), int(file["length"])


def _signed(raw: bytes) -> Any:
    return json.loads(raw)["signed"]


def _there(read: Read, path: str) -> bytes:
    found = read(path)
    if found is None:
        raise LookupError(f"{path} is not in the tree")
    return found
