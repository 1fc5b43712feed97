"""The keys of the release tree that a running registry may hold, and the options that name them; never an officer's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from bundle.area import AreaCode
from bundle.errors import refuse
from registry.trust.commands.shared import FILE, PASSPHRASES
from registry.trust.keys import KeyName, PersonKey, load_key
from registry.trust.passphrase import Ask


@dataclass(frozen=True)
class ReleasingKeys:
    """*online* signs snapshots and timestamps; *feed* is by channel the key of its feed."""

    online: PersonKey | None = None
    feed: Mapping[str, PersonKey] = field(default_factory=dict)


def releasing_keys(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options ``--online-key``, ``--feed-key`` and ``--passphrase-file`` of a *command*."""
    online = click.option(
        "--online-key",
        type=FILE,
        help="Khóa trực tuyến, để cảnh báo rời khỏi đây · the online key, without which no alert leaves from here",
    )
    feed = click.option(
        "--feed-key",
        "feed_keys",
        multiple=True,
        metavar="[CHANNEL=]FILE",
        help="Khóa phát tự động của kênh (KÊNH-feed.json) · the key of a channel's feed (CHANNEL-feed.json); may be repeated",
    )
    return online(feed(PASSPHRASES(command)))


def read_keys(online: Path | None, feed: tuple[str, ...], ask: Ask) -> ReleasingKeys:
    """Open the key files; ``Refused`` when one is missing, does not open, others can read it, or nobody says whose feed it is."""
    return ReleasingKeys(load_key(online, ask) if online else None, dict(_feed(each, ask) for each in feed))


def _feed(named: str, ask: Ask) -> tuple[str, PersonKey]:
    given, is_named, rest = named.partition("=")
    path = Path(rest if is_named else named)
    channel = given if is_named else path.stem.removesuffix(f"-{KeyName.FEED}")
    try:
        TypeAdapter(AreaCode).validate_python(channel)
        if not is_named and channel == path.stem:
            raise ValueError("another name")
    except (ValidationError, ValueError):
        what = f"{named}: không rõ của kênh nào / not clear of which channel"
        raise refuse("--feed-key", what, "--feed-key vn.20.06001=FILE") from None
    return channel, load_key(path, ask)
