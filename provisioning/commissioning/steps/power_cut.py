"""A power cut: the step that ends with the power, and is taken up by the next start."""

from dataclasses import dataclass

from device.errors import TechnicianDeclined
from director.moment import Moment
from evidence.records import ClockState, Stamp, TimeSource
from provisioning.commissioning.planning import Task
from provisioning.commissioning.step import CutAwaited, Outcome, Site, unknown
from provisioning.probe import Finding, Pair, Verdict
from provisioning.probes.network import reachable
from provisioning.questions import Choice

CUT: Pair = ("Mất điện rồi có lại", "power away and back")
TIME: Pair = ("Giờ sau khi mất điện", "the time after a power cut")
SILENT: Pair = ("không rơ-le nào kêu, bảng hiện lại", "no relay pulls, the board is back")
KEPT: Pair = ("giờ vẫn tin được", "the time can still be believed")
PULL: Pair = (
    "RÚT ĐIỆN NGAY BÂY GIỜ, đếm đến mười, cắm lại; nghe rơ-le khi có điện, rồi làm tiếp",
    "PULL THE PLUG NOW, count to ten, plug it in again; listen to the relays as power returns, then go on",
)
_RTC: Pair = (
    "lắp RTC có pin và nối mạng một lần 15 phút; nơi không có sóng thì loa không phát bài thường nếu thiếu",
    "fit an RTC with a battery and connect once for 15 minutes; without coverage no routine sound is possible without one",
)
_RETURNED: dict[str, tuple[Pair, Pair]] = {
    "right": (("Không tách, không kêu; bảng hiện lại", "no click, no sound; the board is back"), ("", "")),
    "relay": (
        ("Có rơ-le đóng hoặc loa kêu lúc có điện", "a relay pulled or a horn sounded as power came"),
        (
            "lắp điện trở kéo theo sơ đồ đấu dây; xem Chân lúc khởi động ở trang đầu của thiết bị",
            "fit the pull resistors of the wiring diagram; see pins at boot on the first page of the unit",
        ),
    ),
    "board": (
        ("Bảng không hiện lại", "the board did not come back"),
        ("kiểm tra nguồn và ngõ vào của màn hình", "check the screen's power and input"),
    ),
}


@dataclass(frozen=True)
class PowerCut:
    """Has the plug pulled, and judges afterwards what came back: relays and board as heard and seen, the time as believed."""

    task: Task

    def do(self, site: Site) -> Outcome:
        """Before: remembered on the card, then ``CutAwaited``. After: one question, and settled if all is right."""
        now, cut = site.clock.now(), site.book.state.cut
        if cut is None:
            return self._begin(site, now)
        if cut.boot == now.boot:
            return self._again(site, now)
        words = ("Có điện lại thì thế nào?", "How was it when power came back?")
        options = tuple((value, told) for value, (told, _) in _RETURNED.items())
        try:
            seen = site.technician.ask(Choice("power-back", words, options))
        except TechnicianDeclined:
            do = ("rút điện lần nữa và nghe", "cut the power again and listen")
            return Outcome((unknown(CUT, SILENT, do), kept(site, cut, now)), settled=False, answers={"cut": None})
        observed, do = _RETURNED[seen]
        verdict = Verdict.GOOD if seen == "right" else Verdict.NOT_READY
        found = (Finding(verdict, CUT, observed, SILENT, do), kept(site, cut, now))
        return Outcome(found, settled=all(each.verdict is not Verdict.NOT_READY for each in found), answers={"cut": None})

    def _begin(self, site: Site, now: Moment) -> Outcome:
        site.book.change(cut=now.stamp())
        site.technician.tell(PULL)
        raise CutAwaited

    def _again(self, site: Site, now: Moment) -> Outcome:
        """Somebody goes on and the power never went."""
        words = ("Chưa thấy mất điện. Rút bây giờ?", "The power has not gone yet. Pull it now?")
        options = (("now", ("Tôi rút ngay", "I pull it now")), ("later", ("Để sau", "later")))
        if site.technician.ask(Choice("power-cut", words, options)) == "now":
            return self._begin(site, now)
        do = ("rút điện thử trước khi về", "try it before you leave")
        return Outcome((unknown(CUT, SILENT, do),), settled=False, answers={"cut": None})


def kept(site: Site, cut: Stamp, now: Moment) -> Finding:
    """What the clock is worth after the *cut*, and who kept the time; a site with horns and without coverage fails without an RTC."""
    if site.clock.simulated:
        do = ("xem [clock] trong bangtin.toml trên thẻ", "see [clock] in bangtin.toml on the card")
        return Finding(Verdict.WARNING, TIME, ("mô phỏng", "simulated"), KEPT, do)
    if now.state is ClockState.TRUSTED and now.wall >= cut.wall:
        source: Pair = ("RTC giữ giờ", "kept by the RTC") if site.clock.source is TimeSource.RTC else ("giờ mạng", "set by the network")
        return Finding(Verdict.GOOD, TIME, source, KEPT)
    observed = ("không biết mấy giờ", "nobody knows what time it is")
    if site.settings.amplifier and not reachable(site.record):
        return Finding(
            Verdict.NOT_READY, TIME, (f"{observed[0]}, và không có sóng", f"{observed[1]}, and there is no coverage"), KEPT, _RTC
        )
    return Finding(Verdict.WARNING, TIME, observed, KEPT, _RTC)
