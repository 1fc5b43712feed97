"""The people: who commissions the unit, and who holds each of its five duties."""

from dataclasses import dataclass

from evidence.duties import DUTY_WORDS, Duty
from provisioning.commissioning.planning import Task
from provisioning.commissioning.step import Outcome, Site
from provisioning.holders import holders
from provisioning.probe import Finding, Pair, Verdict
from provisioning.questions import Blank, Form

TECHNICIAN = "technician"
SUBJECT: Pair = ("Người phụ trách", "duty holders")
WANTED: Pair = ("năm việc đều có tên người", "a named person for each of the five duties")


@dataclass(frozen=True)
class People:
    """One form for all of them; the holders who have a PIN here already stand in it."""

    task: Task

    def do(self, site: Site) -> Outcome:
        """All five named: settled; a duty without a holder is a fault, and the step stays open. No technician's name: it is not done."""
        answers = site.technician.ask(_form(site))
        duties = {duty: answers[duty.value] for duty in Duty if duty.value in answers}
        technician = answers.get(TECHNICIAN)
        missing = [duty for duty in Duty if duty not in duties]
        found = [_named(duties, missing)]
        if technician is None:
            do = ("ghi tên mình", "write your name")
            found.append(Finding(Verdict.NOT_READY, ("Kỹ thuật viên", "technician"), ("chưa có tên", "no name"), ("tên", "a name"), do))
        return Outcome(tuple(found), not missing and technician is not None, {"technician": technician, "duties": duties})


def _form(site: Site) -> Form:
    state = site.book.state
    known = {duty: person.name for person in holders(site.paths) for duty in person.duties} | state.duties
    blanks = [Blank(TECHNICIAN, ("Tên của bạn (kỹ thuật viên)", "your name (technician)"), state.technician or "")]
    blanks += [Blank(duty.value, DUTY_WORDS[duty], known.get(duty, "")) for duty in Duty]
    hint = ("một người giữ nhiều việc cũng được", "one person may hold several")
    return Form("people", ("Ai lắp đặt, và ai phụ trách từng việc?", "Who installs it, and who holds each duty?"), tuple(blanks), hint=hint)


def _named(duties: dict[Duty, str], missing: list[Duty]) -> Finding:
    if not missing:
        told = "; ".join(f"{DUTY_WORDS[duty][0]}: {name}" for duty, name in duties.items())
        english = "; ".join(f"{DUTY_WORDS[duty][1]}: {name}" for duty, name in duties.items())
        return Finding(Verdict.GOOD, SUBJECT, (told, english), WANTED)
    names = tuple(", ".join(DUTY_WORDS[duty][side] for duty in missing) for side in (0, 1))
    do = ("hỏi xã, rồi ghi tên vào đây", "ask the commune, then name them here")
    return Finding(Verdict.NOT_READY, SUBJECT, (f"chưa có người: {names[0]}", f"nobody for: {names[1]}"), WANTED, do)
