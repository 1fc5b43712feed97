"""Which commune a village belongs to, as far as its unit's channels or the code itself tell. Pure."""

from collections.abc import Iterable

from bundle.area import covers


def commune_of(place: str, channels: Iterable[str] = ()) -> str:
    """The narrowest of *channels* that lies above the village *place*, else the area above it."""
    above = [channel for channel in channels if covers(channel, place) and channel != place]
    return max(above, key=len, default=place.rpartition(".")[0] or place)
