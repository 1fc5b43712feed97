"""Letting a unit go on that was stopped at its own switch: a duty holder's PIN, asked wherever the technician's questions are."""

from dataclasses import dataclass

from bundle.errors import Refused, refuse
from device.errors import TechnicianDeclined
from device.inputs import Contact
from provisioning.advice import PAGE
from provisioning.commissioning.planning import Task
from provisioning.commissioning.step import Outcome, Site
from provisioning.commissioning.steps.hand import now, waited
from provisioning.commissioning.steps.who import WHERE, who
from provisioning.probe import Pair, halves
from provisioning.reset import reset_stop


@dataclass(frozen=True)
class GoingOn:
    """The step that a unit has only while it is stopped. Nothing is kept of a try that failed: the probe says what holds now."""

    task: Task

    def do(self, site: Site) -> Outcome:
        """It goes on: settled, until the next stop."""
        if (seen := now(site)) is not None and not seen.stopped:
            return Outcome((), settled=True)  # the step of the stop switch came before, and a holder let it go on there
        try:
            name = let_go_on(site)
        except Refused as refused:
            site.technician.tell(_told(refused))
            return Outcome((), settled=False)
        except TechnicianDeclined:
            return Outcome((), settled=False)
        site.technician.tell((f"✓ {name} đã mở lại thiết bị", f"{name} let the unit go on"))
        return Outcome((), settled=True)


def let_go_on(site: Site) -> str:
    """The name of who let the stopped unit go on; ``Refused`` when it did not. ``TechnicianDeclined`` passes through."""
    if (seen := now(site)) is None or seen.switch is not Contact.RELEASED:
        site.technician.tell(("Đã dừng. Giờ nhả công tắc: xoay hoặc kéo ra", "it stopped. Now turn or pull the switch out"))
    if not waited(site, lambda seen: seen.switch is Contact.RELEASED):
        do = "nhả ra; kiểm tra dây tiếp điểm và [inputs] kill / release it; check the contact's wires and [inputs] kill"
        raise refuse(WHERE, "đã dừng, chưa thấy nhả / it stopped, and was not seen released", do)
    name, pin = who(site)
    reset_stop(site.paths, name, pin, site.clock.now())
    if not waited(site, lambda seen: not seen.stopped):
        raise refuse(WHERE, "không chạy lại / it does not go on", " / ".join(PAGE))
    return name


def _told(refused: Refused) -> Pair:
    first = refused.complaints[0]
    (what, what_english), (do, do_english) = halves(first.what), halves(first.do)
    return f"✗ {what} → {do}", f"{what_english} → {do_english}"
