"""The stop switch: pressed and released by the technician, seen by its sensor, and let go on by a duty holder."""

from dataclasses import dataclass

from bundle.errors import Refused
from provisioning.commissioning.planning import Task
from provisioning.commissioning.step import Outcome, Site, refusal, unknown
from provisioning.commissioning.steps.going_on import let_go_on
from provisioning.commissioning.steps.hand import waited
from provisioning.probe import Finding, Pair, Verdict

SUBJECT: Pair = ("Công tắc dừng", "stop switch")
WANTED: Pair = ("nhấn thì dừng, có người mở lại được", "stops when pressed, and somebody can let it go on")


@dataclass(frozen=True)
class StopSwitch:
    """Nothing is asked about the switch: its sensor sees the hand. Only who lets the unit go on must prove who they are."""

    task: Task

    def do(self, site: Site) -> Outcome:
        """Pressed, released, and let go on: settled."""
        site.technician.tell(("Nhấn công tắc dừng ngay bây giờ", "press the stop switch now"))
        if not waited(site, lambda seen: seen.stopped):
            do = ("nhấn lại; kiểm tra dây tiếp điểm và [inputs] kill", "press it again; check the contact's wires and [inputs] kill")
            return Outcome((unknown(SUBJECT, WANTED, do),), settled=False)
        try:
            name = let_go_on(site)
        except Refused as refused:
            return Outcome((refusal(SUBJECT, WANTED, refused),), settled=False)
        told = (f"nhấn thì dừng, {name} mở lại được", f"stops when pressed, {name} let it go on")
        return Outcome((Finding(Verdict.GOOD, SUBJECT, told, WANTED),), settled=True)
