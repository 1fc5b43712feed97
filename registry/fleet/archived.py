"""What the registry kept of a past time, for whoever archives it: read only, beside a registry that goes on running."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from bundle.area import covers
from bundle.errors import refuse
from registry.fleet.tables import enrolments, lines, reports
from registry.live.recording import Kept, recordings
from registry.storage.engines import reader_of
from registry.storage.schema import VERSION, about


@dataclass(frozen=True)
class Enrolled:
    """Where *unit* stood from *since* on, its public *key*, and the *token* that it signed when it was let in."""

    unit: str
    since: datetime
    key: dict[str, Any]
    place: str
    place_name: str
    channels: tuple[str, ...]
    languages: tuple[str, ...]
    token: str | None


class Records:
    """A view of the database and of what is kept beside it; made by :func:`read_records`."""

    def __init__(self, connection: Connection, data: Path) -> None:
        self._connection, self._data = connection, data

    def spoken_live(self) -> Iterator[tuple[Path, Kept]]:
        """Every recording of an officer's live voice that is kept, with its words."""
        return recordings(self._data)

    def enrolled_at(self, village: str, at: datetime) -> tuple[Enrolled, ...]:
        """The units that stood in *village* at that time, by name; ``Refused`` when there was none, and says whether there is one now."""
        newest: dict[str, Enrolled] = {}
        later: list[datetime] = []
        for row in self._connection.execute(select(enrolments).order_by(enrolments.c.seq)):
            found = Enrolled(
                unit=row.unit,
                since=datetime.fromisoformat(row.enrolled),
                key=row.key,
                place=row.place,
                place_name=row.place_name,
                channels=tuple(row.channels),
                languages=tuple(row.languages),
                token=row.token,
            )
            if found.since <= at:
                newest[found.unit] = found
            elif covers(village, found.place):
                later.append(found.since)
        standing = tuple(newest[unit] for unit in sorted(newest) if covers(village, newest[unit].place))
        if not standing:
            raise _nobody(village, at, later)
        return standing

    def signed(self, unit: str, after: datetime, before: datetime) -> tuple[str, ...]:
        """The signed reports of *unit* that tell of anything between, and the nearest on either side, in the order of their arrival."""
        kept = (reports.c.unit == unit) & reports.c.token.is_not(None)
        first, last = after.isoformat(), before.isoformat()
        between = kept & (reports.c.latest >= first) & (reports.c.earliest <= last)
        earlier = select(reports).where(kept & (reports.c.latest < first)).order_by(reports.c.latest.desc()).limit(1)
        later = select(reports).where(kept & (reports.c.earliest > last)).order_by(reports.c.earliest).limit(1)
        rows = [row for query in (earlier, select(reports).where(between), later) for row in self._connection.execute(query)]
        return tuple(row.token for row in sorted(rows, key=lambda row: (row.received, row.boot, row.n)))

    def kept_lines(self, unit: str, program: str, first: int, last: int) -> frozenset[int]:
        """Which numbers of a journal the registry keeps, whether or not their signed report is still there."""
        query = select(lines.c.n).where(lines.c.unit == unit, lines.c.program == program, lines.c.n.between(first, last))
        return frozenset(self._connection.scalars(query))


@contextmanager
def read_records(data: Path) -> Iterator[Records]:
    """Look into the database in *data* and change nothing; ``Refused`` when there is none or another version wrote it."""
    engine = reader_of(data)
    try:
        with engine.connect() as connection:
            found = connection.scalar(select(about.c.value).where(about.c.name == "schema"))
            if found != str(VERSION):
                raise refuse(
                    str(data),
                    f"cơ sở dữ liệu phiên bản {found}, cần {VERSION} / database version {found}, {VERSION} is needed",
                    "chạy `bangtin registry serve` bản này một lần / run this version's `bangtin registry serve` once",
                )
            yield Records(connection, data)
    except OperationalError as problem:
        raise refuse(str(data), f"không đọc được / cannot be read: {problem.orig}", "kiểm tra --data / check --data") from None
    finally:
        engine.dispose()


def _nobody(village: str, at: datetime, later: list[datetime]) -> Exception:
    if later:
        since = f"{min(later):%d/%m/%Y %H:%M:%S} UTC"
        return refuse(
            "--at",
            f"{at:%d/%m/%Y %H:%M:%S} UTC: {village} chưa có thiết bị nào; thiết bị đầu tiên đăng ký {since}"
            f" / {village} had no unit yet; its first was enrolled {since}",
            "chọn thời điểm sau đó / choose a later time",
        )
    return refuse(
        "--village",
        f"chưa từng có thiết bị nào đăng ký ở {village} / no unit was ever enrolled in {village}",
        "mã thôn như trong `bangtin registry units` / the place code as enrolled, e.g. vn.20.06001.03",
    )
