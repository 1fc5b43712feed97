"""Speech of an alert: stored phrases that fit, a clip in each language that a voice reads, and the words for an airing that comes late."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bundle.alert import Alert, AlertText, Status
from bundle.asset import Clip
from bundle.base import BulletinClass, Language
from bundle.errors import Complaint, Refused, refuse
from bundle.items import VIETNAMESE
from bundle.manifest import Bundle
from bundle.markdown import tokens_of
from bundle.schedule import VIETNAM
from registry.alerts.openings import opened
from registry.making.findings import Findings, did_you_mean
from registry.making.spoken import Speaker, Words

_ISSUED = {
    VIETNAMESE: "Tin phát lúc {hour} giờ {minute}, ngày {day} tháng {month}.",
    "en": "Issued at {hour}:{minute:02} on {day}/{month}.",
}
MAX_PHRASES = 4
AIRINGS_WITH_PHRASES = 2


def phrase_clips(bundle: Bundle | None, phrase: str, status: Status = Status.ACTUAL) -> dict[Language, Clip]:
    """The clips of a stored phrase by language, exactly as units hold them; ``Refused`` when *bundle* has none for emergencies so named.

    For what is not real only the versions count that say so in their first words.
    """
    fit = {each.id: each for each in (bundle.phrases if bundle else ()) if each.bulletin_class is BulletinClass.EMERGENCY}
    if phrase not in fit:
        what = "không có câu khẩn cấp này trong gói đang phát hành / no such emergency phrase in the released bundle"
        raise refuse(f"phrase “{phrase}”", what, did_you_mean(phrase, list(fit)) if fit else "thêm vào phrases/ / add it there")
    return {each.language: each.clip for each in fit[phrase].versions if opened(each.body, status, each.language) == each.body}


def with_phrases(alert: Alert, bundle: Bundle | None, phrases: Sequence[str]) -> tuple[Alert, tuple[Complaint, ...]]:
    """*alert* beginning with these phrases, at most `MAX_PHRASES`, in each language that has them; and those that *bundle* lacks."""
    clips: list[dict[Language, Clip]] = []
    lacking = Findings()
    for phrase in phrases[:MAX_PHRASES]:
        try:
            clips.append(phrase_clips(bundle, phrase, alert.status))
        except Refused as refused:
            lacking.take(refused)

    def begun(text: AlertText) -> AlertText:
        return text.model_copy(update={"phrases": tuple(each[text.language] for each in clips if text.language in each)})

    return _with_versions(alert, map(begun, alert.versions)), lacking.all()


def spoken(
    alert: Alert, speaker: Speaker, reviewer: str, words: Mapping[Language, str] | None = None, where: str = "alert"
) -> tuple[Alert, tuple[Complaint, ...]]:
    """*alert* with a clip, and one of its issue time, in each language that a voice reads; and why where that failed.

    The clips lie in the blobs of *speaker*. *words* are what to say instead of the alert's own text, *reviewer* answers for it. A language
    that no voice reads stays on the board as text.
    """
    silent = Findings()

    def heard(text: AlertText) -> AlertText:
        try:
            return _heard(alert, text, speaker, reviewer, (words or {}).get(text.language), where)
        except Refused as refused:
            silent.take(refused)
            return text

    said, undated = dated(_with_versions(alert, map(heard, alert.versions)), speaker, reviewer, where)
    return said, (*silent.all(), *undated)


def dated(alert: Alert, speaker: Speaker, reviewer: str, where: str = "alert") -> tuple[Alert, tuple[Complaint, ...]]:
    """*alert* with a clip of its issue time in each language in which it sounds and that we can say it in; and why where that failed.

    An airing that comes late begins with it: nobody shall take a warning of last night for one of now.
    """
    silent = Findings()

    def told(text: AlertText) -> AlertText:
        late = issued_at(alert.sent, text.language) if text.phrases or text.clip else None
        if late is None:
            return text
        try:
            return text.model_copy(update={"issued": _clip(text, speaker, reviewer, late, where)})
        except Refused as refused:
            silent.take(refused)
            return text

    return _with_versions(alert, map(told, alert.versions)), silent.all()


def issued_at(sent: datetime, language: Language) -> str | None:
    """When it was sent by the village's clock, as it is said; None in a language in which nobody has told us how."""
    local, words = sent.astimezone(ZoneInfo(VIETNAM)), _ISSUED.get(language)
    return words and words.format(hour=local.hour, minute=local.minute, day=local.day, month=local.month)


def _heard(alert: Alert, text: AlertText, speaker: Speaker, reviewer: str, words: str | None, where: str) -> AlertText:
    voice = speaker.voice_name(text.language, f"{where}: {text.language}")
    clip = _clip(text, speaker, reviewer, opened(words or _text_of(text), alert.status, text.language), where)
    return text.model_copy(update={"clip": clip, "voice": voice, "reviewer": reviewer})


def _clip(text: AlertText, speaker: Speaker, reviewer: str, said: str, where: str) -> Clip:
    return speaker.clip(Words("alerts", None, said, text.language, f"{where}: {text.language}", text.headline, reviewer))


def _with_versions(alert: Alert, versions: Iterable[AlertText]) -> Alert:
    """*alert* in these words; twice at least where some of them may be late.

    The phrases sound at once, and nothing waits for the clip: of one airing its own words might never be heard.
    """
    said = tuple(versions)
    least = AIRINGS_WITH_PHRASES if any(text.phrases and text.clip for text in said) else 1
    airings = alert.airings.model_copy(update={"count": max(alert.airings.count, least)})
    return alert.model_copy(update={"versions": said, "airings": airings})


def _text_of(text: AlertText) -> str:
    """What is said of it: what happens, where, and what to do; a long description is for the eyes."""
    return "\n\n".join(part for part in (f"{text.headline}.", f"{text.where}.", _plain(text.instruction)) if part)


def _plain(markdown: str) -> str:
    """The words of *markdown*, a line for each paragraph or entry."""
    inline = (token.children or [] for token in tokens_of(markdown) if token.type == "inline")
    return "\n".join("".join(child.content if child.type == "text" else " " for child in children) for children in inline)
