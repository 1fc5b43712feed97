"""The power supply: what the kernel says of under-voltage now, and what the resident watch has seen since this start."""

from dataclasses import dataclass

from device.clock import Clock
from device.paths import Paths
from device.supply import Watched, low, watched
from provisioning.probe import Finding, Pair, Verdict
from provisioning.supply import REPEAT

SUBJECT: Pair = ("Nguồn điện", "power supply")
WANTED: Pair = ("không sụt áp, cả khi tải nặng", "no under-voltage, under load too")
DO: Pair = (
    "dùng bộ nguồn 5 V đủ dòng, dây ngắn và to; tách nguồn tăng âm khỏi nguồn Pi; rồi rút điện, cắm lại",
    "use a 5 V supply of enough current and a short thick cable; feed the amplifiers from another one; then unplug it and plug it in",
)
MEASURE: Pair = ("đo 5 V bằng đồng hồ khi loa đang kêu: ít nhất 4,8 V", "measure the 5 V while the horns sound: at least 4.8 V")
UNKNOWN: Pair = ("chưa rõ, máy này không tự đo", "unknown, this board does not tell")


@dataclass(frozen=True)
class SupplyProbe:
    """Only what was watched is told: *clock* says whether the watch (:mod:`provisioning.supply`) still goes on."""

    paths: Paths
    clock: Clock

    def look(self) -> tuple[Finding, ...]:
        """Under-voltage now or earlier: not ready; none while it was watched: good; unwatched, or nobody tells: a warning."""
        return (self._judged(low(self.paths), watched(self.paths)),)

    def _judged(self, now: bool | None, seen: Watched | None) -> Finding:
        moment = self.clock.now()
        seen = seen if seen is not None and seen.until.boot == moment.boot else None
        if seen is not None and seen.low is not None:
            after = f"{seen.low.mono:.0f} s"
            return Finding(
                Verdict.NOT_READY,
                SUBJECT,
                (f"đã sụt áp lúc {after} sau khi bật", f"there was under-voltage {after} after the start"),
                WANTED,
                DO,
            )
        if now is None:
            return Finding(Verdict.WARNING, SUBJECT, UNKNOWN, WANTED, MEASURE)
        if now:
            return Finding(Verdict.NOT_READY, SUBJECT, ("đang sụt áp", "under-voltage now"), WANTED, DO)
        if seen is None or moment.mono - seen.until.mono > 2 * REPEAT:
            observed = ("lúc này không sụt áp, trước đó không ai xem", "none now; nobody watched before")
            return Finding(Verdict.WARNING, SUBJECT, observed, WANTED, MEASURE)
        told = f"{seen.since.mono:.0f} s"
        observed = (
            f"không sụt áp trong lúc có xem, từ {told} sau khi bật",
            f"no under-voltage while it was watched, from {told} after the start",
        )
        return Finding(Verdict.GOOD, SUBJECT, observed, WANTED)


def under_load(found: bool | None, subject: Pair) -> Finding:
    """What it means that the supply sagged, or did not, while all horns sounded."""
    if found is None:
        return Finding(Verdict.WARNING, subject, UNKNOWN, WANTED, MEASURE)
    if found:
        return Finding(Verdict.NOT_READY, subject, ("sụt áp khi loa kêu", "under-voltage while the horns sounded"), WANTED, DO)
    return Finding(Verdict.GOOD, subject, ("không sụt áp khi loa kêu", "no under-voltage while the horns sounded"), WANTED)
