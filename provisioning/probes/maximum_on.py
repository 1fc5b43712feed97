"""Whether the amplifiers may stay on for as long as the signed rules let one thing sound: what is longer is cut as it plays."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor

from bundle.errors import Refused
from bundle.items import Announcement, Phrase, Rebroadcast
from device.paths import Paths
from device.settings import Amplifier, Settings
from director.languages import choose
from director.programme import Programme
from director.rules import addressed
from provisioning.opening import this_unit
from provisioning.probe import Finding, Pair, Verdict


@dataclass(frozen=True)
class MaximumOnProbe:
    """Compares ``maximum_on`` with the session cap of the policy in force, and with the longest item that lies on the unit."""

    paths: Paths
    settings: Settings

    def look(self) -> tuple[Finding, ...]:
        """What is there now and would be cut: not ready; what may be planned and would be: a warning. Nothing before enrolment."""
        if not self.settings.amplifier:
            return ()
        try:
            programme = this_unit(self.paths).programme
        except Refused:
            return ()  # the identity probe has said so already
        return (judge(self.settings, programme),)


def judge(settings: Settings, programme: Programme) -> Finding:
    """The finding on the line that must fall inactive first; an alert is not judged, no cap holds for it. Seconds throughout."""
    line = min(settings.amplifier, key=lambda each: each.maximum_on)
    around = programme.site.lead + settings.pins.stagger * len(settings.amplifier) + max(each.tail for each in settings.amplifier)
    cap = programme.caps().minutes_per_session * 60
    # What is longer than the cap is refused before it plays.
    length, name = max((each for each in _lengths(programme) if each[0] <= cap), default=(0.0, ""))
    if length + around > line.maximum_on:
        what = (f"{name} dài {length:g} giây", f"{name} lasts {length:g} s")
        return _too_short(Verdict.NOT_READY, line, what, length + around, around)
    if cap + around > line.maximum_on:
        what = (f"một buổi có thể dài {cap:g} giây", f"a session may last {cap:g} s")
        return _too_short(Verdict.WARNING, line, what, cap + around, around)
    return Finding(Verdict.GOOD, _subject(line), _observed(line), (f"{ceil(cap + around)} s", f"{ceil(cap + around)} s"))


def _lengths(programme: Programme) -> Iterator[tuple[float, str]]:
    """What may sound here in one piece, in seconds, by name."""
    for bundle in programme.bundles():
        for item in (*bundle.announcements, *bundle.phrases, *bundle.rebroadcasts):
            if not addressed(programme, item):
                continue
            match item:
                case Rebroadcast(duration=seconds):
                    yield seconds, item.id
                case Announcement() | Phrase():
                    yield choose(item.versions, programme.site.languages)[0].clip.duration, item.id


def _too_short(verdict: Verdict, line: Amplifier, what: Pair, needed: float, around: float) -> Finding:
    minutes = max(0, floor((line.maximum_on - around) / 60))
    wanted = (f"{ceil(needed)} giây: {what[0]}", f"{ceil(needed)} s: {what[1]}")
    do = (
        f"đặt maximum_on = {ceil(needed)} cho mọi [[amplifier]] (bangtin.toml trên thẻ), hoặc ký minutes_per_session = {minutes}",
        f"set maximum_on = {ceil(needed)} for every [[amplifier]] (bangtin.toml on the card), or sign minutes_per_session = {minutes}",
    )
    return Finding(verdict, _subject(line), _observed(line), wanted, do)


def _subject(line: Amplifier) -> Pair:
    return f"Thời gian bật tối đa của {line.line}", f"maximum on-time of {line.line}"


def _observed(line: Amplifier) -> Pair:
    return f"{line.maximum_on:g} giây", f"{line.maximum_on:g} s"
