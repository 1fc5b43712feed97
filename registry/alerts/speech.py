"""Speech of an alert: stored phrases that fit, a clip in each language that a voice reads, and the words for an airing that comes late."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bundle.alert import Alert, AlertText, Status
from bundle.asset import Clip
from bundle.base import BulletinClass, Language
from bundle.errors import refuse
from bundle.items import VIETNAMESE
from bundle.manifest import Bundle
from bundle.markdown import tokens_of
from bundle.schedule import VIETNAM
from registry.alerts.openings import opened
from registry.making.findings import did_you_mean
from registry.making.spoken import Speaker, Words

_ISSUED = {VIETNAMESE: "Tin phát lúc {hour} giờ {minute}, ngày {day} tháng {month}."}
MAX_PHRASES = 4


def phrase_clips(bundle: Bundle, phrase: str, status: Status = Status.ACTUAL) -> dict[Language, Clip]:
    """The clips of a stored phrase by language, exactly as units hold them; ``Refused`` when *bundle* has none for emergencies so named.

    For what is not real only the versions count that say so in their first words.
    """
    fit = {each.id: each for each in bundle.phrases if each.bulletin_class is BulletinClass.EMERGENCY}
    if phrase not in fit:
        what = f"không có câu khẩn cấp này trong gói của {bundle.channel} / no such emergency phrase in the bundle"
        raise refuse(f"phrase “{phrase}”", what, did_you_mean(phrase, list(fit)) if fit else "thêm vào phrases/ / add it there")
    return {each.language: each.clip for each in fit[phrase].versions if opened(each.body, status, each.language) == each.body}


def with_phrases(alert: Alert, bundle: Bundle, phrases: Sequence[str]) -> Alert:
    """*alert* beginning with these phrases, at most `MAX_PHRASES`, in each language that they have."""
    clips = [phrase_clips(bundle, phrase, alert.status) for phrase in phrases[:MAX_PHRASES]]

    def begun(text: AlertText) -> AlertText:
        return text.model_copy(update={"phrases": tuple(each[text.language] for each in clips if text.language in each)})

    return alert.model_copy(update={"versions": tuple(begun(text) for text in alert.versions)})


def spoken(alert: Alert, speaker: Speaker, words: Mapping[str, str], reviewer: str, where: str = "cap") -> Alert:
    """*alert* with a clip, and its issue time, in each language that a voice reads; the clips lie in the blobs of *speaker*.

    *words* are what to say, by language, instead of its own text. A language that no voice reads stays as text on the board.
    """
    return alert.model_copy(update={"versions": tuple(_spoken(alert, text, speaker, words, reviewer, where) for text in alert.versions)})


def _spoken(alert: Alert, text: AlertText, speaker: Speaker, words: Mapping[str, str], reviewer: str, where: str) -> AlertText:
    voice = speaker.voice.name(text.language)
    if voice is None:
        return text
    said = opened(words.get(text.language) or _text_of(text), alert.status, text.language)
    place = f"{where}: {text.language}"

    def clip(what: str) -> Clip:
        return speaker.clip(Words("alerts", None, what, text.language, place, text.headline, reviewer))

    issued = _ISSUED.get(text.language)
    late = clip(issued_at(alert.sent, issued)) if issued else None
    return text.model_copy(update={"clip": clip(said), "issued": late, "voice": voice, "reviewer": reviewer})


def issued_at(sent: datetime, pattern: str) -> str:
    """When it was sent, in words of the village's clock."""
    local = sent.astimezone(ZoneInfo(VIETNAM))
    return pattern.format(hour=local.hour, minute=local.minute, day=local.day, month=local.month)


def _text_of(text: AlertText) -> str:
    """What is said of it: what happens, where, and what to do; a long description is for the eyes."""
    return "\n\n".join((f"{text.headline}.", f"{text.where}.", _plain(text.instruction)))


def _plain(markdown: str) -> str:
    """The words of *markdown*, a line for each paragraph or entry."""
    inline = (token.children or [] for token in tokens_of(markdown) if token.type == "inline")
    return "\n".join("".join(child.content if child.type == "text" else " " for child in children) for children in inline)
