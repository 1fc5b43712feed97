"""What an officer does with a day's sessions (moves one, orders its items, adds or drops one) as a change of the channel's bundle. Pure."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator

from bundle.area import AreaCode
from bundle.base import Identifier, Line, LocalTime, Model
from bundle.errors import Complaint, Refused, refuse
from bundle.items import Announcement, Provenance, Session
from bundle.manifest import Bundle
from bundle.parse import complaints
from bundle.policy import Weekday
from bundle.schedule import VIETNAM, Schedule, occurrences
from registry.desk.change import Change
from registry.desk.composing import SPARE, WINDOW

WHERE = "lịch phát (plan)"
_FOREVER = datetime.max.replace(tzinfo=UTC)
WORKING_DAYS = tuple(Weekday)[:5]
_UNTIL = re.compile(r"UNTIL=(\d{8})(?:T(\d{6}))?")
# What says itself at which hour it comes does not follow its first start.
_OWN_HOURS = re.compile(r"FREQ=HOURLY|BYHOUR|BYMINUTE", re.IGNORECASE)
_DAYS = re.compile(r"FREQ=WEEKLY;BYDAY=([A-Z,]+)")


class Often(StrEnum):
    """How often a session comes."""

    ONCE = "once"
    DAILY = "daily"
    DAYS = "days"


class Rule(Model):
    """From the day *first* on, *often*; *days* of the week where they were chosen, and the last day *until*, if there is one."""

    first: date
    often: Often
    days: tuple[Weekday, ...] = ()
    until: date | None = None

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if self.often is Often.DAYS and not self.days:
            raise ValueError("chọn ít nhất một ngày trong tuần / choose at least one day of the week")
        if self.until is not None and self.until < self.first:
            raise ValueError("ngày cuối trước ngày đầu / its last day is before its first")
        return self


class Edit(Model):
    """What becomes of *session*, which is a new one or one of the channel's: only what is given changes. *skipped* are days without it."""

    session: Identifier
    title: Annotated[Line, Field(max_length=100)] | None = None
    clock: LocalTime | None = None
    rule: Rule | None = None
    order: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=60)] | None = None
    zones: Annotated[tuple[Identifier, ...], Field(max_length=8)] | None = None
    skipped: Annotated[tuple[date, ...], Field(max_length=60)] = ()


class Plan(Model):
    """All edits of one sitting, and the sessions that are dropped."""

    format: Literal[1]
    channel: AreaCode
    edits: Annotated[tuple[Edit, ...], Field(max_length=40)] = ()
    removed: Annotated[tuple[Identifier, ...], Field(max_length=40)] = ()


def planned(plan: Plan, bundle: Bundle, by: Provenance, now: datetime) -> Change:
    """*plan*, made *now*, as a change of *bundle* for which *by* answers; ``Refused`` with everything in it that cannot be done."""
    known = {session.id: session for session in bundle.sessions}
    lengths = dict(lengths_of(bundle))
    made, wrong = list[Session](), list[Complaint]()
    for name in plan.removed:
        if name not in known:
            what = "không có buổi này / there is no such session"
            wrong.append(Complaint(f"{WHERE}: {name}", what, "mở lại trang / open the page again"))
    for edit in plan.edits:
        where = f"{WHERE}: “{edit.title or (known[edit.session].title if edit.session in known else edit.session)}”"
        try:
            made.append(_edited(edit, known.get(edit.session), lengths, by, where))
        except Refused as refused:
            wrong += refused.complaints
        except ValidationError as problem:
            wrong += complaints(problem, where)
    if wrong:
        raise Refused(*wrong)
    return Change(announcements=tuple(_taken_along(bundle, made, by, now)), sessions=tuple(made), removed=plan.removed)


def _taken_along(bundle: Bundle, made: Iterable[Session], by: Provenance, now: datetime) -> Iterator[Announcement]:
    """The announcements of sessions that were moved behind the end of all they say: they last as long as their session does."""
    lasts = {item.id: item.valid_until or _FOREVER for item in (*bundle.announcements, *bundle.rebroadcasts)}
    ends = dict[str, datetime]()
    for session in made:
        until = session.valid_until
        if until and not occurrences(session.schedule, now, min(until, max(lasts[name] for name in session.order))):
            ends |= {name: max(until, ends.get(name, until)) for name in session.order}
    for item in bundle.announcements:
        if item.id in ends and lasts[item.id] < ends[item.id]:
            yield item.model_copy(update={"valid_until": ends[item.id], "provenance": by})


def lengths_of(bundle: Bundle) -> Iterator[tuple[str, float]]:
    """How many seconds each announcement, in its longest language, and each rebroadcast of *bundle* lasts."""
    yield from ((each.id, max(version.clip.duration for version in each.versions)) for each in bundle.announcements)
    yield from ((each.id, each.duration) for each in bundle.rebroadcasts)


def _edited(edit: Edit, known: Session | None, lengths: Mapping[str, float], by: Provenance, where: str) -> Session:
    session = _new(edit, by, where) if known is None else _changed(edit, known, by, where)
    absent = [name for name in session.order if name not in lengths]
    if absent:
        raise refuse(where, f"không còn bài {', '.join(absent)} / these items are gone", "bỏ khỏi buổi / take them out")
    schedule = without(session.schedule, edit.skipped)
    needed = float(math.ceil(sum(lengths[name] for name in session.order) + SPARE))
    return _with(session, {"schedule": schedule, "maximum": max(session.maximum, needed)})


def _changed(edit: Edit, session: Session, by: Provenance, where: str) -> Session:
    schedule, ends = session.schedule, session.valid_until
    if edit.rule is not None:
        schedule = scheduled(edit.rule, schedule.start.time())
        ends = _ends(edit.rule, schedule)
    if edit.clock is not None:
        schedule = moved(schedule, edit.clock, where)
    named = {"title": edit.title, "order": edit.order, "zones": edit.zones}
    given = {name: value for name, value in named.items() if value is not None}
    return _with(session, {**given, "schedule": schedule, "valid_until": ends, "provenance": by})


def _new(edit: Edit, by: Provenance, where: str) -> Session:
    if not (edit.title and edit.clock is not None and edit.rule and edit.order):
        what = "buổi mới cần tên, giờ, lịch và bài / a new session needs a title, a time, a rule and items"
        raise refuse(where, what, "điền đủ / fill them in")
    schedule = scheduled(edit.rule, edit.clock)
    return Session(
        id=edit.session,
        title=edit.title,
        schedule=schedule,
        order=edit.order,
        maximum=1.0,
        window=WINDOW.total_seconds(),
        zones=edit.zones or (),
        provenance=by,
        valid_until=_ends(edit.rule, schedule),
    )


def _with(session: Session, changed: Mapping[str, object]) -> Session:
    # A copy is not validated: this is.
    same = {field.alias or name: getattr(session, name) for name, field in Session.model_fields.items()}
    return Session.model_validate({**same, **changed})


def scheduled(rule: Rule, clock: time) -> Schedule:
    """*rule* at *clock*, as RFC 5545 says it."""
    days = ",".join(day.value for day in Weekday if day in rule.days)
    repeats = {Often.ONCE: "", Often.DAILY: "FREQ=DAILY", Often.DAYS: f"FREQ=WEEKLY;BYDAY={days}"}[rule.often]
    until = f";UNTIL={rule.until:%Y%m%d}T235959" if repeats and rule.until else ""
    return Schedule(start=datetime.combine(rule.first, clock), rule=f"{repeats}{until}" or None)


def told(schedule: Schedule) -> Rule | None:
    """The rule that *schedule* follows; None for one that our page cannot say."""
    first, rule = schedule.start.date(), schedule.rule or ""
    found = _UNTIL.search(rule)
    until = datetime.strptime(found[1], "%Y%m%d").date() if found else None  # noqa: DTZ007 - a local day
    plain = _UNTIL.sub("", rule).strip(";")
    days = _DAYS.fullmatch(plain)
    if not plain:
        return Rule(first=first, often=Often.ONCE)
    if plain == "FREQ=DAILY":
        return Rule(first=first, often=Often.DAILY, until=until)
    if plain == "FREQ=WEEKLY":
        return Rule(first=first, often=Often.DAYS, days=(tuple(Weekday)[first.weekday()],), until=until)
    return Rule(first=first, often=Often.DAYS, days=tuple(map(Weekday, days[1].split(","))), until=until) if days else None


def moves(schedule: Schedule) -> bool:
    """Whether its occurrences follow its first start."""
    return not _OWN_HOURS.search(schedule.rule or "")


def moved(schedule: Schedule, clock: time, where: str) -> Schedule:
    """*schedule* on the same days at *clock*; ``Refused`` for one that names hours of its own."""
    if not moves(schedule):
        what = "buổi này có giờ riêng trong lịch lặp / its rule names hours of its own"
        raise refuse(where, what, "chọn lại lịch lặp / choose its rule anew")
    shift = datetime.combine(schedule.start.date(), clock) - schedule.start
    rule = schedule.rule and _UNTIL.sub(lambda found: _later(found, shift), schedule.rule)
    return _scheduled_as(schedule, schedule.start + shift, rule, tuple(each + shift for each in schedule.except_on))


def _later(until: re.Match[str], shift: timedelta) -> str:
    ends = datetime.strptime(f"{until[1]}{until[2] or '000000'}", "%Y%m%d%H%M%S") + shift  # noqa: DTZ007 - local, as the rule is
    return f"UNTIL={ends:%Y%m%dT%H%M%S}"


def without(schedule: Schedule, days: Iterable[date]) -> Schedule:
    """*schedule* without any of its times on *days*."""
    zone = ZoneInfo(schedule.timezone)
    midnights = ([datetime.combine(day + timedelta(days=n), time(), zone) for n in (0, 1)] for day in days)
    gone = (start.astimezone(zone).replace(tzinfo=None) for after, before in midnights for start in occurrences(schedule, after, before))
    return _scheduled_as(schedule, schedule.start, schedule.rule, tuple(dict.fromkeys((*schedule.except_on, *gone))))


def _scheduled_as(schedule: Schedule, start: datetime, rule: str | None, except_on: tuple[datetime, ...]) -> Schedule:
    return Schedule(start=start, rule=rule, except_on=except_on, timezone=schedule.timezone)


def _ends(rule: Rule, schedule: Schedule) -> datetime | None:
    """From when on nothing of it sounds: then it leaves the bundle with the next change."""
    last = schedule.start.date() if rule.often is Often.ONCE else rule.until
    return None if last is None else datetime.combine(last + timedelta(days=1), time(), ZoneInfo(VIETNAM))
