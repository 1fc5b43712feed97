"""How many bytes went through the machine's own interfaces today: the kernel counts since the boot, this counts by day. Pure."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from agent.budget import MB, Count, Today, at
from director.moment import Moment

WRITE_EVERY = 5 * MB
"""Bytes between two writes of the count: one costs the card 70 KB. After a power cut at most so many are missing of the day."""

Counters = Mapping[str, tuple[int, int]]
"""Bytes received and sent by interface, as the kernel counts them."""


class Traffic(Today):
    """``traffic.json``: the bytes of one day, and how far the *counters* of the boot *counted_in* stood then."""

    format: Literal[1] = 1
    received: Count = 0
    sent: Count = 0
    counted_in: Annotated[str, Field(max_length=64)] = ""
    counters: Annotated[dict[str, tuple[Count, Count]], Field(max_length=256)] = Field(default_factory=dict)


def counted(before: Traffic, counters: Counters, moment: Moment) -> Traffic:
    """The traffic of the day in which *moment* lies, by the *counters* of now."""
    today = at(before, moment)
    known = before.counters if before.counted_in == moment.boot else {}
    grown = [_grown(known.get(name, (0, 0)), now) for name, now in counters.items()]
    return today.model_copy(
        update={
            "received": today.received + sum(received for received, _ in grown),
            "sent": today.sent + sum(sent for _, sent in grown),
            "counted_in": moment.boot,
            "counters": dict(counters),
        }
    )


def worth_writing(written: Traffic, now: Traffic) -> bool:
    """Whether so much has changed since it was *written* that it is worth the card's wear: a new day, or many bytes."""
    if (now.day, now.counted_in) != (written.day, written.counted_in):
        return True
    return now.received + now.sent - written.received - written.sent >= WRITE_EVERY


def _grown(before: tuple[int, int], now: tuple[int, int]) -> tuple[int, int]:
    """What came since *before*; an interface that was made anew, as a modem's after its reset, counts from nothing."""
    if now[0] < before[0] or now[1] < before[1]:
        return now
    return now[0] - before[0], now[1] - before[1]
