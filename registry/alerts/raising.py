"""An officer's wish becomes an alert: a reviewed phrase or own words, a level, a place and an end. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError

from bundle.alert import Alert, AlertText, MessageType, RiskLevel, Status
from bundle.area import AreaCode
from bundle.base import BulletinClass, Identifier, Language, Model, Text
from bundle.errors import Complaint, Refused
from bundle.items import VIETNAMESE, Phrase, Provenance
from bundle.manifest import Bundle
from bundle.parse import complaints
from bundle.schedule import VIETNAM
from registry.alerts.approving import one_of
from registry.alerts.openings import opened
from registry.alerts.where import named_in
from registry.areas.gaps import without_speech

WHERE = "tin khẩn cấp (alert)"
AT_ONCE = "chọn lại / choose again"


@dataclass(frozen=True)
class Endings:
    """What a form offers as an end: so many *hours* from now, or the next *morning* by the village's clock."""

    hours: tuple[int, ...] = (3, 6, 12)
    morning: time = time(6, 0)

    def at(self, now: datetime, until: str) -> datetime | None:
        """The end that *until* names, at least an hour away; None when this form offers no such end."""
        if until == "morning":
            local = now.astimezone(ZoneInfo(VIETNAM))
            today = local.replace(hour=self.morning.hour, minute=self.morning.minute, second=0, microsecond=0)
            return (today if today > local + timedelta(hours=1) else today + timedelta(days=1)).astimezone(now.tzinfo)
        return now + timedelta(hours=int(until)) if until in map(str, self.hours) else None


class Wish(Model):
    """What stood in the form. No *areas*: the whole channel. *text* is the officer's own, in Vietnamese; *headline* is for no phrase.

    *once* is the form's own number: what is sent again with it, because the answer was lost, is the same wish.
    """

    format: Literal[1]
    once: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    channel: AreaCode
    phrase: Identifier | None = None
    headline: Annotated[str, Field(max_length=120)] = ""
    text: Annotated[Text, Field(max_length=600)] = ""
    level: RiskLevel = Field(strict=False)
    areas: Annotated[tuple[AreaCode, ...], Field(max_length=100)] = ()
    until: Annotated[str, Field(max_length=12)]
    exercise: bool = False


@dataclass(frozen=True)
class Desk:
    """Where a wish is turned into an alert: the released *bundle*, the *places* below the channel by code, and who may sign."""

    bundle: Bundle | None
    places: Mapping[str, str]
    area_name: str
    author: str
    approvers: Sequence[str]
    now: datetime
    endings: Endings


def emergency_phrases(bundle: Bundle | None) -> tuple[Phrase, ...]:
    """The phrases of *bundle* that may sound as an emergency."""
    return tuple(each for each in bundle.phrases if each.bulletin_class is BulletinClass.EMERGENCY) if bundle else ()


def alert_of(wish: Wish, desk: Desk) -> Alert:
    """The alert that *wish* asks for; ``Refused`` with everything that is wrong at once."""
    phrase = next((each for each in emergency_phrases(desk.bundle) if each.id == wish.phrase), None)
    ends = desk.endings.at(desk.now, wish.until)
    wrong = [*_wrong_words(wish, phrase), *_wrong_places(wish, desk)]
    if ends is None:
        wrong.append(Complaint("until", "chưa chọn đến khi nào / no end is chosen", AT_ONCE))
    if not desk.approvers:
        what = "không có người duyệt nào khác bạn / nobody but you could approve it"
        wrong.append(Complaint(WHERE, what, "bangtin publish person add --role alerts --as approver"))
    if wrong:
        raise Refused(*wrong)
    try:
        return _alert(wish, desk, phrase, ends)
    except ValidationError as problem:
        raise Refused(*complaints(problem, WHERE)) from None


def own_words(wish: Wish, alert: Alert) -> dict[Language, str]:
    """What a voice must read for *alert*, by language: whatever no stored phrase says. Empty when the phrases say all of it."""
    first = alert.versions[0]
    if not first.phrases:
        return {first.language: " ".join(part for part in (first.headline, first.description, first.instruction) if part)}
    return {first.language: wish.text.strip()} if wish.text.strip() else {}


def speechless(alert: Alert, wanted: Mapping[str, Sequence[Language]]) -> dict[str, tuple[Language, ...]]:
    """Which of the *wanted* places (by code, with their languages) get no speech of *alert* in a language of theirs."""
    spoken = [version for version in alert.versions if version.phrases or version.clip]
    return without_speech(spoken, alert.areas, wanted)


def _wrong_words(wish: Wish, phrase: Phrase | None) -> list[Complaint]:
    if wish.phrase is not None and phrase is None:
        return [Complaint(f"phrase {wish.phrase}", "gói đang phát hành không còn câu này / no longer in the released bundle", AT_ONCE)]
    if phrase is None and not (wish.headline.strip() and wish.text.strip()):
        return [Complaint("text", "thiếu tên tin hoặc việc cần làm / a headline and what to do are missing", "viết thêm / write it")]
    return []


def _wrong_places(wish: Wish, desk: Desk) -> list[Complaint]:
    foreign = [area for area in wish.areas if area not in desk.places]
    return [Complaint(f"areas: {area}", f"không thuộc {wish.channel} / not in {wish.channel}", AT_ONCE) for area in foreign]


def _alert(wish: Wish, desk: Desk, phrase: Phrase | None, ends: datetime | None) -> Alert:
    sent = desk.now.replace(microsecond=0)
    event = phrase.versions[0].title if phrase else wish.headline.strip()
    local = sent.astimezone(ZoneInfo(VIETNAM))
    return Alert(
        sender=wish.channel,
        identifier=f"{phrase.id if phrase else 'tin'}-{local:%Y%m%d-%H%M%S}-{wish.once}",
        sent=sent,
        status=Status.EXERCISE if wish.exercise else Status.ACTUAL,
        message_type=MessageType.ALERT,
        event=event,
        level=wish.level,
        expires=ends.replace(microsecond=0) if ends else None,
        areas=wish.areas,
        versions=tuple(_texts(wish, phrase, desk)),
        provenance=_provenance(desk, phrase),
    )


def _texts(wish: Wish, phrase: Phrase | None, desk: Desk) -> list[AlertText]:
    own, named = wish.text.strip(), [desk.places[area] for area in wish.areas] or [desk.area_name]
    if phrase is None:
        return [AlertText(language=VIETNAMESE, headline=wish.headline.strip(), instruction=own, where=named_in(named, VIETNAMESE))]
    status = Status.EXERCISE if wish.exercise else Status.ACTUAL
    # A phrase that does not begin with the word may not sound in an exercise: a voice reads it then, which does.
    return [
        AlertText(
            language=version.language,
            headline=version.title,
            description=own if version.language == VIETNAMESE else "",
            instruction=version.body,
            where=named_in(named, version.language),
            phrases=(version.clip,) if opened(version.body, status, version.language) == version.body else (),
        )
        for version in sorted(phrase.versions, key=lambda version: (version.language != VIETNAMESE, version.language))
    ]


def _provenance(desk: Desk, phrase: Phrase | None) -> Provenance:
    body = phrase.provenance.issuing_body if phrase else desk.area_name
    number = phrase.provenance.document_number if phrase else None
    # Who of them approves is not known yet: the signature says it.
    return Provenance(author=desk.author, approver=one_of(desk.approvers), issuing_body=body, document_number=number)
