"""Handing over: everything is measured once more, the technician confirms the site, and the results are on record."""

import base64
from collections.abc import Callable
from dataclasses import dataclass

from evidence.records import Commissioned, Photo
from evidence.self_test import Mark
from evidence.visits import Checked
from provisioning.commissioning.planning import Task
from provisioning.commissioning.step import Outcome, Site, checked
from provisioning.confirming import confirm
from provisioning.hardware import serials, software
from provisioning.journal import note
from provisioning.probe import Finding, Pair, Probe, Verdict
from provisioning.questions import YesNo

SUBJECT: Pair = ("Xác nhận nơi lắp", "confirmation of the site")
WANTED: Pair = ("kỹ thuật viên xác nhận", "the technician confirms it")
MEASURED = "measured"
"""The step by whose name what was measured by itself is kept."""
SHOWN = 6
"""Faults that a small page can list before a question."""


@dataclass(frozen=True)
class HandingOver:
    """*probes* are those that need no person. What they and the technician found, good or not, goes into the journal."""

    task: Task
    probes: Callable[[Site], tuple[Probe, ...]]

    def do(self, site: Site) -> Outcome:
        """Confirmed: the horns may sound from now on. Not confirmed: it stays open, and nothing is recorded."""
        site.technician.tell(("Đang đo lại mọi thứ", "measuring everything once more"))
        measured = checked(MEASURED, tuple(finding for probe in self.probes(site) for finding in probe.look()))
        answered = [each for done in site.book.state.done.values() for each in done.checked]
        everything = tuple(each for each in (*measured, *answered) if each.step != self.task.id)
        if not site.technician.ask(_question(site, everything)):
            do = ("làm nốt những việc còn lại, rồi xác nhận", "do what is left, then confirm")
            return Outcome((Finding(Verdict.NOT_READY, SUBJECT, ("chưa xác nhận", "not confirmed"), WANTED, do),), settled=False)
        # No horn may sound at a site of which nothing is on record, wherever the power goes.
        results = self._record(site, everything)
        confirm(site.paths, site.clock.now().wall)
        return Outcome((Finding(Verdict.GOOD, SUBJECT, (site.person, site.person), WANTED),), settled=True, answers={"results": results})

    def _record(self, site: Site, everything: tuple[Checked, ...]) -> Commissioned:
        at, state = site.clock.now().stamp(), site.book.state
        pictures = [
            Photo(n=0, at=at, sha256=digest, picture=base64.urlsafe_b64encode((site.paths.photos / f"{digest}.webp").read_bytes()))
            for digest in state.photos
        ]
        results = Commissioned(
            n=0,
            at=at,
            technician=site.person,
            place=site.record.place,
            place_name=site.record.place_name,
            software=software(),
            checked=everything,
            duties=state.duties,
            serials=serials(site.paths),
            photos=state.photos,
        )
        results = results.model_copy(update={"simulated": bool(site.record.simulated_hardware)})
        note(site.paths, *pictures, results)
        return results


def _question(site: Site, everything: tuple[Checked, ...]) -> YesNo:
    where = f"{site.record.place_name} ({site.record.place})"
    words = (
        f"Xác nhận: thiết bị ở đúng {where}, từ nay loa được phép kêu?",
        f"Confirm: the unit stands at {where}, and its horns may sound from now on?",
    )
    bad = [each for each in everything if each.mark is Mark.NOT_READY]
    more = "" if len(bad) <= SHOWN else f"; +{len(bad) - SHOWN}"
    hint: Pair = (
        "chưa đạt: " + "; ".join(f"{each.subject[0]}: {each.observed[0]}" for each in bad[:SHOWN]) + more,
        "not right: " + "; ".join(f"{each.subject[1]}: {each.observed[1]}" for each in bad[:SHOWN]) + more,
    )
    return YesNo("confirm", words, hint=hint if bad else ("mọi thứ đạt", "everything is right"))
