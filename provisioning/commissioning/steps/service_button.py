"""The service button: held by the technician and seen by its sensor; nothing is asked about it."""

from dataclasses import dataclass

from provisioning.commissioning.planning import Task
from provisioning.commissioning.step import Outcome, Site, unknown
from provisioning.commissioning.steps.hand import now, waited
from provisioning.probe import Finding, Pair, Verdict

SUBJECT: Pair = ("Nút dịch vụ", "service button")
_CHECK: Pair = ("giữ lại; kiểm tra hai dây của nút và chân của nó", "hold it again; check the button's two wires and its pin")


@dataclass(frozen=True)
class ServiceButton:
    """Whoever opened the unit's page with it has shown already that it works; a hanging button never counts as held."""

    task: Task
    seconds: float

    def do(self, site: Site) -> Outcome:
        """Held once in this boot, long enough: settled. Nobody held it: unknown."""
        wanted: Pair = (f"giữ {self.seconds:g} giây thì mở trang kỹ thuật", f"held for {self.seconds:g} s it opens the service page")
        seen = now(site)
        if seen is None or seen.service is None:
            site.technician.tell(
                (f"Giữ nút dịch vụ {self.seconds:g} giây, rồi thả", f"hold the service button for {self.seconds:g} s, let go")
            )
            if not waited(site, lambda each: each.service is not None):
                return Outcome((unknown(SUBJECT, wanted, _CHECK),), settled=False)
        told: Pair = ("đã thấy giữ đủ lâu", "it was seen held long enough")
        return Outcome((Finding(Verdict.GOOD, SUBJECT, told, wanted),), settled=True)
