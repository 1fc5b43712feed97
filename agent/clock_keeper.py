"""The agent minds the clock: it writes down when the RTC was right, and complains when nothing vouches for the time."""

import logging
from dataclasses import dataclass

from device.clock import Clock, SystemClock
from device.durable import CARD_FAILS, replace, sync_folder
from device.faults import Faults
from device.paths import Paths
from device.rtc import RtcReading, RtcRecord
from device.settings import ClockSettings
from device.time_words import unknown_clock
from device.timekeeping import Disbelief, checked, rtc_doubt
from evidence.records import ClockState, FaultCode

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between two looks at the RTC; the kernel sets it every eleven minutes while it is synchronised."""

PATIENCE = 300.0
"""Seconds for which a clock may be unknown before that is a fault: after a boot the time service needs a minute."""


@dataclass
class ClockKeeper:
    """Call :meth:`mind` often; it is the only writer of ``rtc.json``."""

    paths: Paths
    clock: Clock
    settings: ClockSettings
    faults: Faults
    _unknown_since: float | None = None
    _look_at: float = -1.0
    _before: RtcReading | None = None

    def mind(self) -> None:
        """Look at the clock now."""
        moment = self.clock.now()
        if isinstance(self.clock, SystemClock) and moment.mono >= self._look_at:
            self._look_at = moment.mono + EVERY
            self._check_rtc(self.clock)
        if moment.state is not ClockState.UNKNOWN:
            self._unknown_since = None
            self.faults.cleared(moment, FaultCode.CLOCK_UNKNOWN)
            return
        self._unknown_since = moment.mono if self._unknown_since is None else self._unknown_since
        if moment.mono - self._unknown_since >= PATIENCE:
            self.faults.raised(moment, FaultCode.CLOCK_UNKNOWN, self._why(), again=False)

    def _check_rtc(self, clock: SystemClock) -> None:
        reading, judgement = clock.look(closely=True)
        record = checked(reading, judgement, self._before, self.settings)
        self._before = reading.rtc or self._before
        if record == reading.record:
            return
        try:
            self._keep(record)
        except OSError as problem:
            if problem.errno not in CARD_FAILS:
                raise
            log.warning("thẻ nhớ không ghi được việc đối chiếu RTC / the check of the RTC cannot be written: %s", problem)

    def _keep(self, record: RtcRecord | None) -> None:
        if record is None:
            self.paths.rtc.unlink(missing_ok=True)
            sync_folder(self.paths.rtc.parent)
        else:
            replace(self.paths.rtc, record.model_dump_json().encode())

    def _why(self) -> str:
        why, doubt = Disbelief.UNVOUCHED, None
        if isinstance(self.clock, SystemClock):
            reading, judgement = self.clock.look()
            why, doubt = judgement.why or why, rtc_doubt(reading, self.settings)
        vietnamese, english = unknown_clock(why, doubt)
        return f"đồng hồ chưa tin được: {vietnamese} / the clock is unknown: {english}"
