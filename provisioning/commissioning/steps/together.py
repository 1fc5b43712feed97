"""All horns together: the power supply under its greatest load, the meter's reading, and the unit's own ear."""

from dataclasses import dataclass

from bundle.errors import Refused
from device.errors import TechnicianDeclined
from evidence.records import Sounded
from provisioning.calibrating import keep_calibration
from provisioning.commissioning.load import busy
from provisioning.commissioning.planning import Task
from provisioning.commissioning.step import UNKNOWN, Outcome, Site, not_allowed, refusal
from provisioning.commissioning.steps.horns import proof
from provisioning.probe import Finding, Pair, Verdict
from provisioning.probes.supply import under_load
from provisioning.questions import Number
from provisioning.supply import watching

ALL: Pair = ("Tất cả các loa", "all horns")
LOAD: Pair = ("Nguồn điện khi tải nặng", "power supply under load")
VOLUME: Pair = ("Độ to", "loudness")
EAR: Pair = ("Micrô của thiết bị", "the unit's own microphone")


@dataclass(frozen=True)
class Together:
    """The tone through every amplifier at once with the processor busy; the technician may read a sound level meter meanwhile."""

    task: Task

    def do(self, site: Site) -> Outcome:
        """Settled unless the sound failed, the supply sagged, or it is louder than the settings allow; no meter is no fault."""
        if not site.may_sound():
            return not_allowed(ALL, ("âm thử", "the tone"))
        words = (
            "Tất cả loa sắp kêu: ai có máy đo thì đứng ở nhà gần loa nhất và đọc số lớn nhất",
            "all horns will sound: who has a meter stands at the nearest house and reads its highest figure",
        )
        site.technician.tell(words)
        try:
            with busy(), watching(site.paths) as seen:
                record = site.horns(site.person, None)
        except Refused as refused:
            return Outcome((refusal(ALL, ("âm thử ra mọi loa", "the tone through all of them"), refused),), settled=False)
        found = (proof(ALL, record), under_load(seen.low, LOAD), *_ear(site, record), _volume(site))
        return Outcome(found, settled=all(each.verdict is not Verdict.NOT_READY for each in found))


def _volume(site: Site) -> Finding:
    most = site.settings.limits.loudest_dba
    wanted = (f"≤ {most:g} dBA", f"≤ {most:g} dBA") if most else ("số đo, nếu có máy đo", "a reading, where there is a meter")
    words = ("Máy đo chỉ bao nhiêu dBA?", "What did the meter read, in dBA?")
    hint = ("không có máy đo thì bỏ qua", "leave it open when there is no meter")
    try:
        read = site.technician.ask(Number("volume", words, "dBA", 20, 140, hint=hint))
    except TechnicianDeclined:
        do = ("mượn máy đo ở lần bảo dưỡng sau", "bring a meter at the next visit")
        return Finding(Verdict.WARNING, VOLUME, ("chưa đo", "not measured"), wanted, do)
    observed = (f"{read:g} dBA", f"{read:g} dBA")
    if most and read > most:
        return Finding(
            Verdict.NOT_READY, VOLUME, observed, wanted, ("vặn nhỏ tăng âm rồi đo lại", "turn the amplifiers down, then measure again")
        )
    return Finding(Verdict.GOOD, VOLUME, observed, wanted)


def _ear(site: Site, record: Sounded) -> tuple[Finding, ...]:
    """The calibration of the unit's microphone, from the tone that just sounded through all horns."""
    if site.settings.microphone is None:
        return ()
    wanted = ("nghe rõ tín hiệu của loa", "hears the horns' signal clearly")
    try:
        kept = keep_calibration(site.paths, site.clock, record.occurrence, site.person, site.settings.microphone.ear.clear_db)
    except Refused as refused:
        first = refusal(EAR, wanted, refused)
        return (Finding(Verdict.WARNING, EAR, first.observed if first.observed[0] else UNKNOWN, wanted, first.do),)
    told = (f"tín hiệu {kept.tone:.0f} dBFS, ồn {kept.noise:.0f} dBFS", f"signal {kept.tone:.0f} dBFS, noise {kept.noise:.0f} dBFS")
    return (Finding(Verdict.GOOD, EAR, told, wanted),)
