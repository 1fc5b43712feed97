"""What the caretaker sees of the unit around it: verified releases, whether anything sounds, what programs say of themselves."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bundle.software import Release
from bundle.trust import KEPT
from caretaker.settings import settings_of
from caretaker.software.health import FRESH, Said, Seen, read_said
from caretaker.voice import voice_said
from device.clock import Clock
from device.happened import load_happened
from device.inputs import OnSite
from device.override import Openings
from device.paths import PROGRAMS, Paths
from device.shelf import Shelf
from device.unit import UnitRecord, site
from director.age import usable
from director.moment import Moment
from director.programme import Programme
from director.quiet import disturbed, speaks_within
from evidence.records import ClockState


class Surroundings:
    """The enrolled unit *record* at *paths*, below its trust *root*, by *clock*. It verifies by itself and keeps marks of its own."""

    def __init__(self, paths: Paths, record: UnitRecord, root: bytes, clock: Clock) -> None:
        self.paths, self.record, self.clock = paths, record, clock
        self._shelf = Shelf(paths, "caretaker", root, KEPT)
        self._site = site(record, settings_of(paths))

    def releases(self) -> tuple[Release, ...]:
        """What two persons signed for each of the unit's channels."""
        self._shelf.programme(self._site, self.clock.now())
        found = (part.document for part in self._shelf.believed.values())
        return tuple(document for document in found if isinstance(document, Release))

    def surely(self) -> datetime:
        """A time that has come for certain: the clock's, or with an unknown clock the newest date that was signed."""
        moment = self.clock.now()
        signed = [part.verified.issued for part in self._shelf.believed.values()]
        return moment.wall if usable(moment.state) or not signed else max(signed)

    def disturbed(self, seconds: float) -> str:
        """Why the next *seconds* are not quiet; empty when nothing sounds and nothing will."""
        if self.sounding():
            return "loa đang phát / the loudspeaker speaks"
        moment = self._as_the_voice_sees_it()
        return disturbed(self._programme(moment), moment, load_happened(self.paths, "audio", self.clock), seconds)

    def interrupts(self, seconds: float) -> bool:
        """Whether services that begin anew within *seconds* cut words off: something sounds, or a voice that works is about to speak.

        An alert in force waits here for its next airing alone: a version that is left must not stay for the whole of it.
        """
        if self.sounding():
            return True
        moment = self._as_the_voice_sees_it()
        speaks = speaks_within(self._programme(moment), moment, load_happened(self.paths, "audio", self.clock), seconds)
        return bool(speaks) and self._voice().get("ready") is True

    def _programme(self, moment: Moment) -> Programme:
        programme = self._shelf.programme(self._site, self.clock.now())
        return replace(programme, stopped_on_site=OnSite(self.paths).stopped(moment), override=Openings(self.paths).now(moment))

    def sounding(self) -> bool:
        """Whether something leaves the loudspeaker at this moment, as the voice of whatever version says."""
        return bool(self._voice().get("sounding"))

    def _as_the_voice_sees_it(self) -> Moment:
        """Now, with a clock that is believed also where only the voice believes it: it is the voice that begins a session.

        A program that is started for a moment never saw the clock in step in this boot, where the voice did hours ago.
        """
        now = self.clock.now()
        try:
            state = ClockState(self._voice()["at"]["state"])
        except (KeyError, ValueError, TypeError):
            return now
        return now if usable(now.state) or not usable(state) else replace(now, state=state)

    def _voice(self) -> dict[str, Any]:
        """What the voice said a moment ago; empty when it said nothing."""
        now = self.clock.now()
        return voice_said(self.paths, now.boot, now.mono)

    def seen(self, restarts: Mapping[str, int]) -> Seen:
        """One look at all programs."""
        now = self.clock.now()
        said = ((program, self._said(program, now.boot)) for program in PROGRAMS)
        return Seen(now.mono, {program: each for program, each in said if each is not None}, restarts)

    def ready(self) -> tuple[str, ...]:
        """The programs that say that they are ready."""
        seen = self.seen({})
        return tuple(program for program in PROGRAMS if seen.ready(program))

    def link(self, within: float) -> bool:
        """Whether the registry took a report in the last *within* seconds."""
        seen = self.seen({})
        agent = seen.programs.get("agent")
        return agent is not None and agent.reported is not None and seen.mono - agent.reported <= max(within, FRESH)

    def _said(self, program: str, boot: str) -> Said | None:
        try:
            return read_said(self.paths.status(program).read_bytes(), boot)
        except OSError:
            return None
