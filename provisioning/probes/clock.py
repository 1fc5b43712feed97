"""The clock: how far may it be believed, who keeps it in step, and what the RTC will do after a power cut."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from device.clock import Clock, SystemClock
from device.rtc import RtcReading, Voltage
from device.time_words import DISBELIEFS, DOUBTS, REMEDIES, SOURCES, STATES
from device.timekeeping import Disbelief, Judgement, Reading, RtcDoubt, rtc_doubt
from director.moment import Moment
from evidence.records import ClockState
from provisioning.advice import on_card
from provisioning.probe import Finding, Pair, Verdict

SUBJECT = ("Đồng hồ", "clock")
SERVICE = ("Giờ mạng", "time service")
RTC = ("RTC", "RTC")
BATTERY = ("Pin RTC", "RTC battery")
WANTED = ("đúng giờ từ mạng hoặc RTC", "set by the network or an RTC")
IN_STEP = ("chrony đang giữ giờ theo mạng hoặc GNSS", "chrony keeps the time by network or GNSS")
SOUND = ("RTC có pin, đã đối chiếu với giờ mạng", "an RTC with a battery, checked against network time")
FULL = ("pin tốt", "a good battery")
CONNECT = (
    "nối mạng 15 phút để chỉnh giờ; nơi không có sóng cần RTC có pin, nếu không loa sẽ không phát bài thường",
    "connect for 15 minutes to set it; a site without coverage needs an RTC, else no routine sound",
)
EMPTY = 2000
"""Millivolts below which a lithium cell of this kind has nothing left to give."""

PATIENCE = 5.0

Tracking = Callable[[], str | None]


def chronyc() -> str | None:
    """What ``chronyc -c tracking`` prints, or ``None`` when it is not there or may not ask: the unit does not need it."""
    try:
        done = subprocess.run(["chronyc", "-c", "tracking"], capture_output=True, text=True, timeout=PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


@dataclass(frozen=True)
class ClockProbe:
    """Reads the clock that the settings name; *tracking* asks chrony by whom the time is kept."""

    clock: Clock
    tracking: Tracking = chronyc

    def look(self) -> tuple[Finding, ...]:
        """How far it is believed; of a real clock also who keeps it in step, the RTC and its battery. The board goes on without."""
        if not isinstance(self.clock, SystemClock):
            return (_believed(self.clock, self.clock.now(), None),)
        moment, (reading, judgement) = self.clock.now(), self.clock.look(closely=True)
        doubt = rtc_doubt(reading, self.clock.settings)
        found = (_believed(self.clock, moment, judgement), self._service(reading, judgement), _rtc(reading, doubt))
        return (*found, _battery(reading.rtc)) if reading.rtc else found

    def _service(self, reading: Reading, judgement: Judgement) -> Finding:
        if reading.synchronised:
            return Finding(Verdict.GOOD, SERVICE, kept_by(self.tracking()), IN_STEP)
        # Offline is normal: where an RTC carries the time nothing is wrong.
        verdict = Verdict.GOOD if judgement.state is ClockState.TRUSTED else Verdict.WARNING
        do = ("nối mạng (Wi-Fi ở trang của thiết bị) và đợi 15 phút", "connect (Wi-Fi on the unit's page) and wait for 15 minutes")
        return Finding(verdict, SERVICE, ("không đồng bộ", "not synchronised"), IN_STEP, do)


def kept_by(tracking: str | None) -> Pair:
    """That the kernel is kept in step, and by whom as far as chrony says."""
    fields = (tracking or "").strip().split(",")
    if len(fields) < 14 or fields[-1] != "Normal":
        return "đồng bộ (chrony không cho biết với máy nào)", "synchronised (chrony does not say with whom)"
    name, stratum = fields[1] or fields[0], fields[2]
    return f"đồng bộ với {name}, tầng {stratum}", f"synchronised with {name}, stratum {stratum}"


def _believed(clock: Clock, moment: Moment, judgement: Judgement | None) -> Finding:
    local = moment.local("Asia/Ho_Chi_Minh").strftime("%H:%M %d/%m/%Y")
    if clock.simulated:
        return Finding(Verdict.WARNING, SUBJECT, (f"mô phỏng, {local}", f"simulated, {local}"), WANTED, on_card("[clock]"))
    word = STATES[moment.state]
    observed = (f"{word[0]}, {local}", f"{word[1]}, {local}")
    if clock.source:
        source = SOURCES[clock.source]
        observed = (f"{observed[0]}, {source[0]}", f"{observed[1]}, {source[1]}")
    match moment.state:
        case ClockState.TRUSTED:
            return Finding(Verdict.GOOD, SUBJECT, observed, WANTED)
        case ClockState.HOLDOVER:
            return Finding(Verdict.WARNING, SUBJECT, observed, WANTED, CONNECT)
        case ClockState.UNKNOWN:
            why = DISBELIEFS[judgement.why if judgement and judgement.why else Disbelief.UNVOUCHED]
            told = (f"{word[0]}, {local}: {why[0]}", f"{word[1]}, {local}: {why[1]}")
            return Finding(Verdict.WARNING, SUBJECT, told, WANTED, CONNECT)


def _rtc(reading: Reading, doubt: RtcDoubt | None) -> Finding:
    if doubt:
        return Finding(Verdict.WARNING, RTC, DOUBTS[doubt], SOUND, REMEDIES[doubt])
    name = reading.rtc.name if reading.rtc else "?"
    since = reading.record.checked.strftime("%d/%m/%Y") if reading.record else "?"
    return Finding(
        Verdict.GOOD, RTC, (f"{name}, chưa từng dừng, đối chiếu ngày {since}", f"{name}, it never stopped, checked on {since}"), SOUND
    )


def _battery(rtc: RtcReading) -> Finding:
    """What the chip says of its battery; a driver that says nothing leaves it unknown, which is never good."""
    replaced = ("thay pin RTC", "replace the RTC's battery")
    volts = "" if rtc.millivolts is None else f" ({rtc.millivolts / 1000:.2f} V)"
    empty = rtc.voltage is not None and bool(rtc.voltage & Voltage.BACKUP_EMPTY)
    if empty or (rtc.millivolts is not None and rtc.millivolts < EMPTY):
        return Finding(Verdict.WARNING, BATTERY, (f"hết hoặc không có pin{volts}", f"empty or absent{volts}"), FULL, replaced)
    if rtc.voltage is not None and rtc.voltage & Voltage.BACKUP_LOW:
        return Finding(Verdict.WARNING, BATTERY, (f"pin yếu{volts}", f"low{volts}"), FULL, replaced)
    if rtc.voltage is None and rtc.millivolts is None:
        do = ("đo pin bằng đồng hồ, ghi ngày thay", "measure the cell, and note when it was replaced")
        return Finding(Verdict.WARNING, BATTERY, ("chip không cho biết", "the chip does not tell"), FULL, do)
    return Finding(Verdict.GOOD, BATTERY, (f"tốt{volts}", f"good{volts}"), FULL)
