"""What is refused while its author can still mend it: letters that no board shows, and hours at which no unit would sound. Pure."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bundle.errors import Complaint, Refused
from bundle.items import Session
from bundle.manifest import Bundle
from bundle.schedule import VIETNAM, Schedule, occurrences
from director.programme import Cell
from registry.desk.change import Change
from registry.desk.wish import Wish
from registry.making.findings import Findings
from registry.making.fitting import check_lengths
from registry.making.letters.spots import Within
from registry.making.markup import check_markup
from registry.making.permitted import check_sounding, refused_on
from registry.making.texts import check_letters

STEP, FARTHEST = timedelta(minutes=15), timedelta(hours=12)
PAST = "giờ phát đã qua / its time has passed"
_SOONER = "chọn giờ khác rồi gửi lại / choose another time and submit again"
_NEARER = "chọn ngày sớm hơn, hoặc gửi khi gần đến ngày / choose an earlier day, or submit it when that day is near"


def check_words(wish: Wish) -> None:
    """``Refused`` with everything in its words that a board cannot show."""
    findings = Findings()
    for version in wish.versions:
        for field, text in (("title", version.title), ("text", version.text)):
            for check in (check_letters, check_markup):
                try:
                    check(text, f"{version.language}: {field}", Within(text))
                except Refused as refused:
                    findings.take(refused)
    findings.refuse()


def check_sounds(change: Change, bundle: Bundle, before: Bundle | None, cells: tuple[Cell, ...], now: datetime) -> None:
    """``Refused`` with every session of *bundle* that units would not let sound and *change* is to blame for, and the nearest hour.

    *before* is what was released before it: what would not have sounded there either holds nobody up here.
    """
    findings = Findings()
    for session in change.sessions:
        first = _first(session, now)
        if first is None:
            findings.add(f"session “{session.id}”", PAST, _SOONER)
        elif first >= bundle.valid_until:
            findings.add(f"session “{session.id}”", _too_far(first, bundle.valid_until), _NEARER)
    check_lengths(bundle.sessions, bundle.announcements, bundle.rebroadcasts, findings)
    known = _sounding(_standing(before, bundle), cells, now) if before else ()
    silenced = [each for each in _sounding(bundle, cells, now) if each not in known]
    if found := (*findings.all(), *(_advised(each, change, bundle, cells, now) for each in silenced)):
        raise Refused(*found)


def is_late(change: Change, now: datetime) -> bool:
    """Whether one of its sessions would not sound any more."""
    return any(_first(session, now) is None for session in change.sessions)


def _first(session: Session, now: datetime) -> datetime | None:
    # Of what repeats one year holds a start, if any is left.
    return next(iter(occurrences(session.schedule, now, max(now, _instant(session.schedule)) + timedelta(days=366))), None)


def _too_far(first: datetime, until: datetime) -> str:
    good, late = (f"{_local(moment):%d/%m/%Y}" for moment in (until, first))
    return f"tin của kênh chỉ có hạn đến {good}, buổi đầu {late} / the bundle is good until then only, its first run comes later"


def _standing(before: Bundle, after: Bundle) -> Bundle:
    return before.model_copy(update={"made": after.made, "valid_until": after.valid_until})


def _sounding(bundle: Bundle, cells: tuple[Cell, ...], now: datetime) -> tuple[Complaint, ...]:
    findings = Findings()
    check_sounding(bundle, cells, findings, now)
    return findings.all()


def _advised(complaint: Complaint, change: Change, bundle: Bundle, cells: tuple[Cell, ...], now: datetime) -> Complaint:
    """*complaint* with the nearest start at which the session that it is about would sound, where the change put that session."""
    session = next((each for each in change.sessions if f"“{each.id}”" in complaint.where), None)
    if session is None:
        return complaint
    start = nearest(session, bundle, cells, now)
    if start is None:
        return Complaint(complaint.where, complaint.what, "chọn ngày khác hoặc nói ngắn hơn / choose another day, or say less")
    return Complaint(complaint.where, complaint.what, f"gần nhất: {start:%H:%M} ngày {start:%d/%m} / the nearest time that sounds")


def nearest(session: Session, bundle: Bundle, cells: tuple[Cell, ...], now: datetime) -> datetime | None:
    """The local start nearest to that of *session* at which its first run sounds whole and silences no other; None within half a day."""
    first = _local(_first(session, now) or now)
    others = bundle.model_copy(update={"sessions": tuple(each for each in bundle.sessions if each.id != session.id)})
    silent = cache(lambda day: refused_on(others, cells, day))
    for start in _around(first, lambda start: _local(now) < start < _local(bundle.valid_until)):
        moved = session.model_copy(update={"schedule": session.schedule.model_copy(update={"start": start, "rule": None})})
        tried = others.model_copy(update={"sessions": (*others.sessions, moved)})
        if refused_on(tried, cells, start.date()) <= silent(start.date()):
            return start
    return None


def _around(first: datetime, fits: Callable[[datetime], bool]) -> Iterator[datetime]:
    for step in range(1, FARTHEST // STEP + 1):
        yield from (start for start in (first + step * STEP, first - step * STEP) if fits(start))


def _instant(schedule: Schedule) -> datetime:
    return schedule.start.replace(tzinfo=ZoneInfo(schedule.timezone))


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(VIETNAM)).replace(tzinfo=None)
