"""How an accepted unit comes up, as the technician in front of it wants to see it: five things in their order, each with what is known."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from evidence.records import Commissioned
from registry.fleet.grants import LIFETIME
from registry.fleet.stored import stored
from registry.fleet.story import commissioned
from registry.fleet.tables import enrolments
from registry.web.technician.looking import Sight
from registry.web.words import Pair, local_time

UNCONFIRMED = "unconfirmed"
"""How a program begins to say that it waits for the technician."""


CONFIRMED = 3
"""The place of the site's confirmation among the steps."""


@dataclass(frozen=True)
class Part:
    """One thing on the way: whether it is *done*, whether it is what everybody waits for *now*, and what is known of it."""

    words: Pair
    done: bool
    said: str = ""
    now: bool = False


@dataclass(frozen=True)
class Progress:
    """The *steps* in order; *expired*: the grant was not fetched in time; *wrong*: what its programs say is not ready.

    *commissioned* is what the unit said of it since it was let in.
    """

    unit: str
    place_name: str
    steps: tuple[Part, ...]
    expired: bool
    wrong: tuple[str, ...]
    commissioned: Commissioned | None

    @property
    def on_site(self) -> bool:
        """Whether it waits for the technician to confirm the site."""
        return self.steps[CONFIRMED].now

    @property
    def finished(self) -> bool:
        """Whether nothing more is to come."""
        return all(part.done for part in self.steps)


async def progress(connection: AsyncConnection, sight: Sight, now: datetime) -> Progress:
    """How the unit that *sight* sees has come up by *now*."""
    unit, row = sight.unit, sight.row
    accepted = datetime.fromisoformat(row.accepted) if row is not None and row.accepted else None
    let_in = unit if row is None else None
    report = stored(let_in.report) if let_in is not None and let_in.report else None
    programs = report.programs if report else ()
    since = await _since(connection, sight.code.unit) if let_in is not None else None
    told = await commissioned(connection, sight.code.unit) if since else None
    done = told if told is not None and since is not None and told.at.wall >= since else None
    waits = any(reason.startswith(UNCONFIRMED) for status in programs for reason in status.reasons)
    confirmed = done is not None or (bool(programs) and not waits)
    parts = [
        Part(("Đã nhận", "accepted"), True, local_time(accepted) if accepted else ""),
        Part(("Thiết bị đã lấy giấy phép", "the unit has fetched its grant"), let_in is not None, local_time(since) if since else ""),
        Part(("Báo cáo đầu tiên", "first report"), report is not None, ", ".join(status.program for status in programs)),
        Part(("Đã xác nhận nơi lắp", "the site is confirmed"), confirmed, done.technician if done else ""),
        Part(("Bảng, loa sẵn sàng", "board and speaker are ready"), bool(programs) and all(status.ready for status in programs)),
    ]
    first = next((number for number, part in enumerate(parts) if not part.done), len(parts))
    return Progress(
        unit=sight.code.unit,
        place_name=let_in.place_name if let_in is not None else sight.place.area.name if sight.place else "",
        steps=tuple(Part(part.words, part.done, part.said, number == first) for number, part in enumerate(parts)),
        expired=accepted is not None and now - accepted >= LIFETIME,
        wrong=tuple(f"{status.program}: {reason}" for status in programs if not status.ready for reason in status.reasons or ("?",)),
        commissioned=done,
    )


async def _since(connection: AsyncConnection, unit: str) -> datetime | None:
    newest = select(enrolments.c.enrolled).where(enrolments.c.unit == unit).order_by(enrolments.c.seq.desc()).limit(1)
    found = await connection.scalar(newest)
    return datetime.fromisoformat(found) if found else None
