"""One virtio port of the guest from outside: JSON objects, one per line, until the machine ends."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any


def objects(link: socket.socket) -> Iterator[dict[str, Any]]:
    """Each object as it comes; *link* is closed at the end."""
    with link, link.makefile("rb") as lines:
        for line in lines:
            with suppress(ValueError):  # half a line: the power went while it was said
                yield json.loads(line)
