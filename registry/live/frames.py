"""Cutting a stream that is still being spoken into pieces, so that whoever joins later begins at a place that a decoder understands."""

from dataclasses import dataclass
from typing import Protocol

from bundle.errors import Refused, refuse


@dataclass(frozen=True)
class Frame:
    """A piece of the stream that is handed on whole. *first*: a listener may begin with it.

    *opening* is what that listener gets before it, so that its decoder knows what comes.
    """

    data: bytes
    first: bool
    opening: bytes


class Framer(Protocol):
    """Cuts one stream."""

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that *data* completes; ``Refused`` when this is no such stream."""


def not_taken(what: str) -> Refused:
    """The one sentence for what is no such stream."""
    return refuse("live", f"chỉ nhận Ogg/Opus hoặc WebM (only these are taken): {what}", "audio/ogg, audio/webm")
