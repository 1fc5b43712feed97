"""The stop switch: pressed and released by the technician, seen by its sensor, and let go on by a duty holder."""

from dataclasses import dataclass

from bundle.errors import Refused
from device.inputs import Contact
from evidence.duties import Duty
from provisioning.advice import PAGE
from provisioning.commissioning.planning import Task
from provisioning.commissioning.step import Outcome, Site, refusal, unknown
from provisioning.commissioning.steps.hand import waited
from provisioning.holders import MAY_RESET, add, holders
from provisioning.probe import Finding, Pair, Verdict
from provisioning.questions import Line
from provisioning.reset import reset_stop

SUBJECT: Pair = ("Công tắc dừng", "stop switch")
WANTED: Pair = ("nhấn thì dừng, có người mở lại được", "stops when pressed, and somebody can let it go on")


@dataclass(frozen=True)
class StopSwitch:
    """Nothing is asked about the switch: its sensor sees the hand. Only who lets the unit go on must prove who they are."""

    task: Task

    def do(self, site: Site) -> Outcome:
        """Pressed, released, and let go on: settled."""
        do = ("nhấn lại; kiểm tra dây tiếp điểm và [inputs] kill", "press it again; check the contact's wires and [inputs] kill")
        site.technician.tell(("Nhấn công tắc dừng ngay bây giờ", "press the stop switch now"))
        if not waited(site, lambda seen: seen.stopped):
            return Outcome((unknown(SUBJECT, WANTED, do),), settled=False)
        site.technician.tell(("Đã dừng. Giờ nhả công tắc: xoay hoặc kéo ra", "it stopped. Now turn or pull the switch out"))
        if not waited(site, lambda seen: seen.switch is Contact.RELEASED):
            pressed: Pair = ("đã dừng, chưa thấy nhả", "it stopped, and was not seen released")
            return Outcome((Finding(Verdict.NOT_READY, SUBJECT, pressed, WANTED, do),), settled=False)
        return self._let_go_on(site)

    def _let_go_on(self, site: Site) -> Outcome:
        name = _holder(site)
        if name is None:
            do: Pair = ("ghi tên người phụ trách thiết bị trước", "name a holder of the equipment first")
            stuck: Pair = ("đã dừng, chưa ai mở lại được", "it stopped, and nobody may let it go on")
            return Outcome((Finding(Verdict.NOT_READY, SUBJECT, stuck, WANTED, do),), settled=False)
        words = (f"{name} tự gõ PIN riêng của mình để mở lại", f"{name} types a PIN of their own to let it go on")
        hint: Pair = ("ít nhất 6 số, chỉ người đó biết", "six figures at least, known to nobody else")
        pin = site.technician.ask(Line("pin", words, hint=hint, secret=True))
        try:
            if not any(holder.name == name for holder in holders(site.paths)):
                add(site.paths, name, tuple(duty for duty, holder in site.book.state.duties.items() if holder == name), pin)
            reset_stop(site.paths, name, pin, site.clock.now())
        except Refused as refused:
            return Outcome((refusal(SUBJECT, WANTED, refused),), settled=False)
        if not waited(site, lambda seen: not seen.stopped):
            return Outcome((Finding(Verdict.NOT_READY, SUBJECT, ("không chạy lại", "it does not go on"), WANTED, PAGE),), settled=False)
        told = (f"nhấn thì dừng, {name} mở lại được", f"stops when pressed, {name} let it go on")
        return Outcome((Finding(Verdict.GOOD, SUBJECT, told, WANTED),), settled=True)


def _holder(site: Site) -> str | None:
    """Who may let the unit go on: a holder with a PIN, else the first who was named for a duty that allows it."""
    known = [holder.name for holder in holders(site.paths) if not MAY_RESET.isdisjoint(holder.duties)]
    named = [site.book.state.duties[duty] for duty in Duty if duty in MAY_RESET and duty in site.book.state.duties]
    return next(iter([*known, *named]), None)
