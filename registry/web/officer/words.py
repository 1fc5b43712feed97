"""The words of the officers' pages: languages, states, ends."""

from collections.abc import Iterable
from datetime import datetime

from registry.alerts.pending.row import Pending
from registry.alerts.pending.states import WORDS, State
from registry.web.words import LOCAL, Pair

MOST_NAMED = 12
"""Villages that are named one by one on a phone."""
_LANGUAGES = {"vi": "Việt", "km": "Khmer", "hmn": "Mông", "tyz": "Tày", "nut": "Nùng", "cjm": "Chăm", "en": "Anh"}


def language_name(code: str) -> str:
    """A language as people here call it; its code where we have no word."""
    return f"tiếng {_LANGUAGES[code]}" if code in _LANGUAGES else f"tiếng “{code}”"


def state_of(pending: Pending) -> Pair:
    """Where it stands, and for whom it waits."""
    unsigned = pending.state is State.PENDING and pending.proposal is not None
    return ("chờ người soạn ký", "waits for its author's signature") if unsigned else WORDS[pending.state]


def languages(codes: Iterable[str]) -> str:
    """Several languages in one line."""
    return ", ".join(map(language_name, codes))


def until(ends: datetime, now: datetime) -> str:
    """The end of something by the village's clock, for people who read it *now*."""
    there, here = ends.astimezone(LOCAL), now.astimezone(LOCAL)
    match (there.date() - here.date()).days:
        case 0:
            day = ""
        case 1:
            day = " mai"
        case _:
            day = f" ngày {there:%d/%m}"
    return f"đến {there:%H:%M}{day}"


def inside(name: str) -> str:
    """The name of an area as it stands inside a sentence: "Xã An Phú" becomes "xã An Phú"."""
    return name[:1].lower() + name[1:]


def lasting(seconds: float) -> str:
    """How long something sounds: "8 giây", "1 phút 5 giây"."""
    minutes, rest = divmod(round(seconds), 60)
    return " ".join(part for part in (f"{minutes} phút" if minutes else "", f"{rest} giây" if rest or not minutes else "") if part)


def beginning(words: str) -> str:
    """*words* at the beginning of a line: "tiếng Mông" becomes "Tiếng Mông"."""
    return words[:1].upper() + words[1:]
