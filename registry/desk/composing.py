"""A wish with its speech becomes items of a bundle: an announcement in a session of its own, a notice, or both. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bundle.asset import Clip
from bundle.base import Language, Line
from bundle.errors import Complaint, Refused
from bundle.items import Announcement, Notice, Provenance, Session, Spoken, Wording
from bundle.parse import complaints
from bundle.schedule import VIETNAM, Schedule
from registry.alerts.approving import one_of
from registry.desk.change import Change
from registry.desk.wish import At, Repeat, Soon, Wish
from registry.making.breaks import with_breaks

WHERE = "tin (content)"
NOBODY_APPROVES = Complaint(
    WHERE,
    "không có người duyệt nào khác bạn / nobody but you could approve it",
    "bangtin publish person add --role content --as approver",
)
NOTICE, SESSION = "-bang", "-buoi"
"""What follows the name of a wish in the names of its notice and its session."""
ONCE_WINDOW = timedelta(minutes=15)
WINDOW = timedelta(minutes=2)
SPARE = 30.0
"""Seconds that a session may last beyond its speech: the attention signal and the pauses."""
_RULES = {
    Repeat.DAILY: "FREQ=DAILY",
    Repeat.WORKING_DAYS: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    Repeat.WEEKLY: "FREQ=WEEKLY",
}


@dataclass(frozen=True)
class Said:
    """One language's speech: its *clip*, the *voice* that speaks and who has heard it."""

    clip: Clip
    voice: Line
    reviewer: Line


@dataclass(frozen=True)
class Answerable:
    """Who answers for a change: its *author*, who may approve it, and the body that issues it; *places* are the codes below the channel."""

    author: str
    approvers: Sequence[str]
    issuing_body: str
    places: Mapping[str, str]


def name_of(wish: Wish, now: datetime) -> str:
    """What the items of *wish* are called; the same wish made later keeps its number and takes another minute."""
    return f"tin-{now.astimezone(ZoneInfo(VIETNAM)):%Y%m%d-%H%M}-{wish.once}"


def parts_of(name: str) -> tuple[str, str, str]:
    """The names of everything that a wish called *name* may have put."""
    return (name, name + NOTICE, name + SESSION)


def change_of(wish: Wish, name: str, said: Mapping[Language, Said], by: Answerable, now: datetime) -> Change:
    """The items that *wish* asks for; ``Refused`` with everything that is wrong at once."""
    foreign = [area for area in wish.areas if area not in by.places]
    elsewhere = f"không thuộc {wish.channel} / not in {wish.channel}"
    wrong = [Complaint(f"areas: {area}", elsewhere, "chọn lại / choose again") for area in foreign]
    if not by.approvers:
        wrong.append(NOBODY_APPROVES)
    if wrong:
        raise Refused(*wrong)
    try:
        return _Composer(wish, name, said, by, now.replace(microsecond=0)).change()
    except ValidationError as problem:
        raise Refused(*complaints(problem, WHERE)) from None


def said_again(change: Change) -> dict[Language, Said]:
    """The speech that *change* brings already."""
    return {each.language: Said(each.clip, each.voice, each.reviewer) for item in change.announcements for each in item.versions}


@dataclass(frozen=True)
class _Composer:
    wish: Wish
    name: str
    said: Mapping[Language, Said]
    by: Answerable
    now: datetime

    def change(self) -> Change:
        wish = self.wish
        return Change(
            notices=(self._notice(),) if wish.on_board else (),
            announcements=(self._announcement(),) if wish.sound else (),
            sessions=(self._session(),) if wish.sound else (),
            removed=parts_of(wish.replaces) if wish.replaces else (),
        )

    def _notice(self) -> Notice:
        return Notice(id=self.name + NOTICE, versions=self._wordings(), **self._common(), valid_until=self._last_moment())

    def _wordings(self) -> tuple[Wording, ...]:
        shown = ((version, f"{WHERE}: {version.language}") for version in self.wish.versions)
        return tuple(
            Wording(language=version.language, title=with_breaks(version.title, where), body=with_breaks(version.text, where))
            for version, where in shown
        )

    def _announcement(self) -> Announcement:
        versions = tuple(
            Spoken(**dict(wording), clip=said.clip, voice=said.voice, reviewer=said.reviewer)
            for wording in self._wordings()
            if (said := self.said.get(wording.language))
        )
        return Announcement(id=self.name, versions=versions, **self._common(), valid_until=self._last_sound())

    def _session(self) -> Session:
        longest = max(said.clip.duration for said in self.said.values())
        return Session(
            id=self.name + SESSION,
            title=self._wordings()[0].title,
            schedule=Schedule(start=self._start(), rule=self._rule()),
            order=(self.name,),
            maximum=float(int(longest + SPARE) + 1),
            window=(WINDOW if self.wish.repeats else ONCE_WINDOW).total_seconds(),
            **self._common(),
            valid_until=self._last_sound(),
        )

    def _start(self) -> datetime:
        match self.wish.sound:
            case Soon(minutes=minutes):
                # The first full minute that is so far away.
                local = self.now.astimezone(ZoneInfo(VIETNAM)).replace(tzinfo=None)
                return (local + timedelta(minutes=minutes, seconds=59)).replace(second=0)
            case At(start=start):
                return start
            case None:
                raise ValueError("a wish that is not spoken has no start")

    def _rule(self) -> str | None:
        if not isinstance(self.wish.sound, At) or self.wish.until is None or self.wish.sound.repeat is Repeat.ONCE:
            return None
        return f"{_RULES[self.wish.sound.repeat]};UNTIL={self.wish.until:%Y%m%d}T235959"

    def _last_sound(self) -> datetime:
        """When the last of its sessions is over for good."""
        return self._last_moment() if self.wish.repeats else self._start().replace(tzinfo=ZoneInfo(VIETNAM)) + timedelta(days=1)

    def _last_moment(self) -> datetime:
        if self.wish.until is None:
            raise ValueError("a wish that stays has a last day")
        return datetime.combine(self.wish.until, time.max.replace(microsecond=0), ZoneInfo(VIETNAM))

    def _common(self) -> dict[str, Any]:
        provenance = Provenance(
            author=self.by.author,
            approver=one_of(self.by.approvers),
            issuing_body=self.by.issuing_body,
            document_number=self.wish.document_number,
        )
        return {"areas": self.wish.areas, "essential": self.wish.essential, "provenance": provenance}
