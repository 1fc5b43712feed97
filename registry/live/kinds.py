"""Which streams are taken in."""

from registry.live.frames import Framer, not_taken
from registry.live.ogg import OggFramer
from registry.live.webm import WebmFramer

SUFFIXES = {"audio/ogg": "ogg", "audio/webm": "webm", "video/webm": "webm"}
"""By media type, the ending of the file in which it is kept."""


def framer_for(media: str) -> Framer:
    """The framer for a media type; ``Refused`` for a kind that units cannot be sure to hear."""
    match SUFFIXES.get(media):
        case "ogg":
            return OggFramer()
        case "webm":
            return WebmFramer()
        case _:
            raise not_taken(media)
