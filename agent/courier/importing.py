"""One stick's content onto the shelf, by the same check as from the network, and what came of it in plain words."""

import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agent.courier.sentences import Import
from agent.pull import Checked, DirectorySource, Source, read
from agent.pull.client import metadata_path
from agent.pull.floor import load_floor, reference_time
from agent.pull.generations import Generations
from agent.pull.staged import MAX_TIMESTAMP
from bundle.trust.verify import CHANNEL
from device.errors import ShelfFull, TooBig, TooSlow, Unreachable
from device.paths import Paths
from director.moment import Moment

CONTENT = "bangtin/content"

Look = Callable[[str, Source], Awaitable[Checked]]


@dataclass(frozen=True)
class Claim:
    """What a timestamp says of itself, unverified: it decides how a refusal is worded, and nothing else."""

    channel: str
    version: int
    expires: datetime


def read_claim(raw: bytes) -> Claim | None:
    """The claim of *raw*; ``None`` when it is no timestamp."""
    try:
        signed = json.loads(raw)["signed"]
        expires = datetime.strptime(signed["expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        return Claim(str(signed[CHANNEL]), int(signed["version"]), expires)
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return None


def has_content(stick: Path) -> bool:
    """Whether a commune's office wrote this stick; anybody else's is left alone. Raises ``OSError``."""
    return (stick / "bangtin").is_dir() and not (stick / "bangtin").is_symlink()


async def import_channel(stick: Path, paths: Paths, channel: str, moment: Moment, look: Look) -> tuple[Import | None, Checked]:
    """Take *channel* from *stick* with *look*, which is the unit's own check; ``None`` when the stick does not have it."""
    source, nothing = DirectorySource(stick, CONTENT), Checked(channel)
    try:
        raw = await read(source, metadata_path(channel, "timestamp.json"), MAX_TIMESTAMP)
        if raw is None:
            return None, nothing
        # Asked before the look, which may bring a newer one. A lower number alone refuses nothing: with a new online key it begins at 1.
        claim, held = read_claim(raw), _held_version(paths, channel)
        checked = await look(channel, source)
    except TooBig:
        return Import.DAMAGED, nothing
    except ShelfFull:
        return Import.CARD_FULL, nothing
    except (Unreachable, TooSlow) as problem:
        # The kernel still lists a stick that was pulled out a moment ago; what it says is that reading failed.
        return Import.PULLED if isinstance(problem.__cause__, OSError) or is_gone(stick) else Import.DAMAGED, nothing
    if checked.refusals and not checked.fresh and claim is not None and claim.channel == channel and claim.version < held:
        # An honest stick of last week: it is not worth a fault in the registry.
        return Import.OLDER, nothing
    if checked.refusals:
        return Import.UPDATED if checked.fresh else _refused(claim, channel, paths, moment), checked
    return Import.UPDATED if checked.fresh else Import.NOTHING_NEW, checked


def _refused(claim: Claim | None, channel: str, paths: Paths, moment: Moment) -> Import:
    if claim is None:
        return Import.DAMAGED
    if claim.channel != channel:
        return Import.FOREIGN
    return Import.EXPIRED if claim.expires <= reference_time(moment, load_floor(paths.shelf)) else Import.DAMAGED


def _held_version(paths: Paths, channel: str) -> int:
    known = Generations(paths.shelf / channel / "metadata").current()
    try:
        claim = read_claim((known / "timestamp.json").read_bytes()) if known else None
    except FileNotFoundError:
        claim = None
    return claim.version if claim else 0


def is_gone(stick: Path) -> bool:
    """Whether the stick can no longer be read at all."""
    try:
        with os.scandir(stick / "bangtin") as names:
            next(names, None)
    except OSError:
        return True
    return False
