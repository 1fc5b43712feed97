"""Where an alert is for, in one line: as many places as it holds by name, and how many more there are. Pure."""

from collections.abc import Sequence

from bundle.base import Language
from bundle.items import VIETNAMESE

_MOST = 300
_MORE = {VIETNAMESE: "{} và {} nơi nữa", "en": "{} and {} more"}


def named_in(places: Sequence[str], language: Language) -> str:
    """The names of *places*, at least one, as a line of an alert in *language*; none is torn, and those that it cannot hold are counted."""
    whole = ", ".join(places)
    more = _MORE.get(language.split("-")[0], "{} +{}")
    fewer = (more.format(", ".join(places[:kept]), len(places) - kept) for kept in range(len(places) - 1, 0, -1))
    return next((line for line in (whole, *fewer) if len(line) <= _MOST), places[0])
