"""The Vietnamese lunar date: months begin on the day of the new moon in Viet Nam's hour, counted from the winter solstice. Pure."""

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

VIETNAM = timezone(timedelta(hours=7))
"""The lunar calendar goes by UTC+7 wherever the board stands (Decision 121-CP of 8 August 1967)."""
STEMS = ("Giáp", "Ất", "Bính", "Đinh", "Mậu", "Kỷ", "Canh", "Tân", "Nhâm", "Quý")
BRANCHES = ("Tý", "Sửu", "Dần", "Mão", "Thìn", "Tỵ", "Ngọ", "Mùi", "Thân", "Dậu", "Tuất", "Hợi")
_MONTH = 29.530588  # the mean days from one new moon to the next
_SOLSTICE = 270.0  # ecliptic longitude of the sun in degrees


class LunarDate(NamedTuple):
    """*day* from 1 to 30 of *month* 1 to 12, a second time when *leap*, of the lunar *year* that began in that solar year."""

    day: int
    month: int
    leap: bool
    year: int

    def __str__(self) -> str:
        """18/10 âm lịch; a leap month says that it is one."""
        return f"{self.day}/{self.month}{' nhuận' if self.leap else ''} âm lịch"

    @property
    def year_name(self) -> str:
        """Bính Ngọ."""
        return f"{STEMS[(self.year + 6) % 10]} {BRANCHES[(self.year + 8) % 12]}"


@lru_cache(4)
def lunar_date(day: date) -> LunarDate:
    """The lunar date of the solar *day*: month 11 holds the winter solstice; of 13 months until the next month 11 the first in which
    the sun enters no sign of the zodiac is the leap month.
    """
    start = _month_start(day)
    eleventh = _eleventh(day.year)
    if start >= eleventh:
        following = _eleventh(day.year + 1)
    else:
        eleventh, following = _eleventh(day.year - 1), eleventh
    months = _months(eleventh, following)
    place = months.index(start)
    leap = _leap(months) if len(months) == 14 else len(months)  # else behind all of them
    number = (10 + place - (place >= leap)) % 12 + 1
    # Months 11 and 12 still belong to the lunar year that began in the solar year of month 11.
    return LunarDate((day - start).days + 1, number, place == leap, eleventh.year + (number < 11))


def _months(first: date, last: date) -> list[date]:
    """The first days of all months from *first* to *last*, both included."""
    found = [first]
    while found[-1] < last:
        found.append(_month_start(found[-1] + timedelta(32)))
    return found


def _leap(months: list[date]) -> int:
    """The place of the first month in which the sun stays within one sign."""
    signs = [_sign(start) for start in months]
    return next(n for n in range(1, 13) if signs[n] == signs[n + 1])


@lru_cache(4)
def _eleventh(year: int) -> date:
    """The first day of the month that holds the winter solstice of the solar *year*."""
    import astronomy

    return _month_start(_day_of(astronomy.SearchSunLongitude(_SOLSTICE, astronomy.Time.Make(year, 12, 1, 0, 0, 0), 40)))


@lru_cache(64)
def _month_start(day: date) -> date:
    """The day of the last new moon that is not after the end of *day*."""
    import astronomy

    begin = datetime(day.year, day.month, day.day, tzinfo=VIETNAM).astimezone(UTC) - timedelta(days=_MONTH + 2)
    moon = astronomy.SearchMoonPhase(0, astronomy.Time.Make(begin.year, begin.month, begin.day, begin.hour, 0, 0), 40)
    found = _day_of(moon)
    while (following := _day_of(moon := astronomy.SearchMoonPhase(0, moon.AddDays(25), 10))) <= day:
        found = following
    return found


def _sign(day: date) -> int:
    """In which twelfth of its path the sun stands as *day* begins."""
    import astronomy

    begin = datetime(day.year, day.month, day.day, tzinfo=VIETNAM).astimezone(UTC)
    return int(astronomy.SunPosition(astronomy.Time.Make(begin.year, begin.month, begin.day, begin.hour, 0, 0)).elon // 30)


def _day_of(instant: object) -> date:
    moment: datetime = instant.Utc()  # type: ignore[attr-defined] # the library has no types
    return moment.replace(tzinfo=UTC).astimezone(VIETNAM).date()
