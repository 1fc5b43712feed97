"""Whether an amplifier does what its line was told, by one input: a pure rule over command, reading and time.

The rules:
1. After a command, and after each change of the reading, the sensor may take *settle* seconds; what is shorter counts for nothing,
   neither a good reading nor a bad one: a contact that chatters never shows a whole *settle* of agreement, and is a fault.
2. A line that was told to be inactive and is not is STUCK ON; one that was told to be active and is not is STUCK OFF.
3. Only *steady* seconds of agreement under the same command take a fault back: that a line is off shows nothing of whether it can go on.
4. What was never seen is None. A sensor that is not wired, or cannot be read, says nothing: it raises no fault and takes none back.
Times are seconds of one monotonic clock.
"""

from dataclasses import dataclass, replace

from device.settings import Sense


@dataclass(frozen=True)
class Watch:
    """What one input has shown: since when command and *reading* are what they are, and since when they disagree.

    *stuck_on* and *stuck_off*: true is a fault, false is proven to be none.
    """

    commanded: bool = False
    reading: bool | None = None
    since: float = float("-inf")
    disagree: float | None = None
    stuck_on: bool | None = None
    stuck_off: bool | None = None


def look(watch: Watch, sense: Sense, commanded: bool, reading: bool | None, now: float) -> Watch:
    """The watch after a look at *now*."""
    if commanded != watch.commanded:
        watch = replace(watch, commanded=commanded, reading=reading, since=now, disagree=None)
    elif reading != watch.reading:
        watch = replace(watch, reading=reading, since=now)
    if reading is None:
        return replace(watch, disagree=None)
    if reading != commanded:
        return _wrong(watch, sense, now)
    return _right(watch, sense, now)


def proof(watch: Watch, sense: Sense, now: float) -> bool | None:
    """What the input proves at *now*; None is unknown. One that said yes of an inactive line proves nothing of an active one."""
    if watch.reading is None or now < watch.since + sense.settle:
        return None
    if watch.reading and watch.stuck_on and watch.commanded:
        return None
    return watch.reading and not (watch.stuck_off and watch.commanded)


def deadline(watch: Watch, sense: Sense) -> float | None:
    """When `look` says something new although nothing moves; None when it will not."""
    if watch.reading is None:
        return None
    told = watch.stuck_off if watch.commanded else watch.stuck_on
    if watch.disagree is not None:
        if watch.reading == watch.commanded:
            return watch.since + sense.settle
        return None if told else watch.disagree + sense.settle
    return None if told is False else watch.since + max(sense.steady, sense.settle)


def _wrong(watch: Watch, sense: Sense, now: float) -> Watch:
    watch = replace(watch, disagree=now if watch.disagree is None else watch.disagree)
    if watch.disagree is None or now < watch.disagree + sense.settle:
        return watch
    return replace(watch, stuck_off=True) if watch.commanded else replace(watch, stuck_on=True)


def _right(watch: Watch, sense: Sense, now: float) -> Watch:
    if now >= watch.since + sense.settle:
        watch = replace(watch, disagree=None)
    if now < watch.since + max(sense.steady, sense.settle):
        return watch
    return replace(watch, stuck_off=False) if watch.commanded else replace(watch, stuck_on=False)
