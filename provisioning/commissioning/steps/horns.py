"""The horns: each amplifier by itself, heard by the technician and proved by what is wired to it."""

from dataclasses import dataclass

from bundle.errors import Refused
from evidence.records import Outcome as Ended
from evidence.records import Rung, Sounded
from provisioning.advice import PAGE
from provisioning.commissioning.planning import Task
from provisioning.commissioning.step import Outcome, Site, not_allowed, refusal
from provisioning.probe import Finding, Pair, Verdict
from provisioning.questions import Choice

HEARD_RIGHT: Pair = ("tăng âm đóng, đúng loa này kêu rõ", "the amplifier clicks and this very horn is clear")
AGAIN = "again"
_HEARD: dict[str, tuple[Pair, Pair]] = {
    "right": (("Nghe tách, đúng loa này kêu rõ", "a click, and this very horn, clearly"), ("", "")),
    "weak": (
        ("Đúng loa nhưng nhỏ hoặc rè", "this horn, but weak or distorted"),
        ("chỉnh núm tăng âm; kiểm tra đầu nối, biến áp loa", "turn the amplifier's knob; check joints and the horn's transformer"),
    ),
    "other": (
        ("Loa khác kêu", "another horn sounded"),
        (
            "đổi dây rơ-le, hoặc đổi pin của [[amplifier]] trong bangtin.toml trên thẻ",
            "swap the relay wires, or the pins of [[amplifier]] in bangtin.toml on the card",
        ),
    ),
    "click": (
        ("Chỉ nghe tách, loa không kêu", "only the click, no sound"),
        ("kiểm tra dây âm thanh, núm âm lượng, dây loa", "check the audio cable, the knob and the horn's wires"),
    ),
    "nothing": (
        ("Không nghe gì, không tách", "nothing, not even a click"),
        (
            "kiểm tra nguồn và cực tính rơ-le; chân đúng như [[amplifier]] trong bangtin.toml trên thẻ",
            "check the relay's supply and polarity, and that its pin is as [[amplifier]] in bangtin.toml on the card says",
        ),
    ),
    AGAIN: (("Phát lại", "sound it again"), ("", "")),
}


@dataclass(frozen=True)
class Horn:
    """The amplifier of *line* alone: the technician's tone sounds through it, then they say what they heard."""

    task: Task
    line: str

    def do(self, site: Site) -> Outcome:
        """What is right, and was not denied by any sensor, is settled."""
        subject = (f"Loa {self.line}", f"horn {self.line}")
        if not site.may_sound():
            return not_allowed(subject, HEARD_RIGHT)
        while True:
            try:
                record = self._sound(site)
            except Refused as refused:
                return Outcome((refusal(subject, HEARD_RIGHT, refused),), settled=False)
            heard = self._ask(site)
            if heard != AGAIN:
                break
        observed, do = _HEARD[heard]
        verdict = Verdict.GOOD if heard == "right" else Verdict.NOT_READY
        found = (Finding(verdict, subject, observed, HEARD_RIGHT, do), proof(subject, record))
        return Outcome(found, settled=verdict is Verdict.GOOD and found[1].verdict is not Verdict.NOT_READY)

    def _sound(self, site: Site) -> Sounded:
        words = (f"Chỉ loa {self.line} sắp kêu: nghe tiếng tách, rồi âm thử", f"horn {self.line} alone: first its click, then the tone")
        site.technician.tell(words)
        return site.horns(site.person, self.line)

    def _ask(self, site: Site) -> str:
        words = (f"Vừa rồi nghe gì từ loa {self.line}?", f"What did you hear from horn {self.line}?")
        return site.technician.ask(Choice(self.task.id, words, tuple((value, told) for value, (told, _) in _HEARD.items())))


def proof(subject: Pair, record: Sounded) -> Finding:
    """What the unit itself knows of the sound that *record* ends: its rung of proof, and never more than that."""
    about = (f"{subject[0]}: máy đo", f"{subject[1]}: as measured")
    wanted = ("âm thử ra hết", "the whole tone left")
    if record.outcome is not Ended.COMPLETE:
        reason = record.reason or record.outcome.value
        return Finding(Verdict.NOT_READY, about, (reason, reason), wanted, PAGE)
    level = "" if record.level is None else f", {record.level:.0f} dBFS"
    observed = tuple(f"{words}{level}" for words in _RUNGS[record.rung])
    told = (observed[0], observed[1])
    if record.simulated:
        do = ("không loa nào kêu thật", "no horn really sounded")
        return Finding(Verdict.WARNING, about, (f"mô phỏng, {told[0]}", f"simulated, {told[1]}"), ("loa thật", "a real horn"), do)
    if record.rung >= Rung.LEFT_DRIVER:
        return Finding(Verdict.GOOD, about, told, wanted)
    do = ("lắp read_back hoặc micrô thì máy tự biết", "with read_back or a microphone it would know")
    return Finding(Verdict.WARNING, about, told, wanted, do)


_RUNGS: dict[Rung, Pair] = {
    Rung.UNKNOWN: ("chưa rõ", "unknown"),
    Rung.COMMANDED: ("mới chỉ ra lệnh", "only commanded"),
    Rung.LEFT_DRIVER: ("đã ra khỏi thiết bị âm thanh", "left the sound device"),
    Rung.ELECTRICAL: ("tăng âm có điện theo cảm biến", "the amplifier had power, by its sensor"),
    Rung.HEARD: ("micrô của thiết bị nghe thấy", "heard by the unit's own microphone"),
}
