"""What a unit asks when it looks for news of all its channels at once, and what it is told. Unsigned: it carries what is signed."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field

from bundle.area import AreaCode
from bundle.base import Model

MOST_CHANNELS = 16
MAX_TIMESTAMP = 4096
MAX_ANSWER = MOST_CHANNELS * 2 * MAX_TIMESTAMP


class Newest(Model):
    """``GET /v1/check``: the newest timestamp file of each channel that was asked for and is known, as it was signed."""

    format: Literal[1] = 1
    timestamps: Annotated[dict[AreaCode, Annotated[str, Field(max_length=MAX_TIMESTAMP)]], Field(max_length=MOST_CHANNELS)]


def tag_of(timestamps: Mapping[str, bytes]) -> str:
    """The strong ETag of these timestamp files, byte for byte; a unit computes it from its own and learns whether they are the newest."""
    listed = "".join(f"{channel} {sha256(raw).hexdigest()}\n" for channel, raw in sorted(timestamps.items()))
    return f'"{sha256(listed.encode()).hexdigest()[:32]}"'
