"""The outbox: signed reports under way and how far each journal was taken up, in one SQLite file of the agent's own."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from device.durable import make_folder

MOST_PARKED = 1000

_TABLES = """
CREATE TABLE IF NOT EXISTS reports (id INTEGER PRIMARY KEY, token TEXT NOT NULL, parked INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS taken (program TEXT PRIMARY KEY, n INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS carried (program TEXT PRIMARY KEY, n INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS boots (boot TEXT PRIMARY KEY, n INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS registry (only INTEGER PRIMARY KEY CHECK (only = 0), changes_taken INTEGER NOT NULL);
"""


@dataclass(frozen=True)
class Waiting:
    """One signed report that the registry does not have yet."""

    id: int
    token: str


class Outbox:
    """Every change is one transaction, on the card when the call returns (WAL, ``synchronous=FULL``).

    A report is signed and kept before it is sent, so that what goes out twice is the same twice.
    """

    def __init__(self, path: Path) -> None:
        make_folder(path.parent)
        self._path = path
        self._database = _open(path)
        self._given: dict[str, int] = {}

    def taken(self) -> dict[str, int]:
        """The last line of each program's journal that is in a report."""
        return dict(self._database.execute("SELECT program, n FROM taken").fetchall())

    def carried(self) -> dict[str, int]:
        """The last line of each program's journal that was put onto a stick."""
        return dict(self._database.execute("SELECT program, n FROM carried").fetchall())

    def next_number(self, boot: str, mono: float) -> int:
        """A report number above all used in this *boot*, also when this file had to be made anew meanwhile."""
        row = self._database.execute("SELECT n FROM boots WHERE boot = ?", (boot,)).fetchone()
        n = max(row[0] + 1 if row else 0, int(mono), self._given.get(boot, -1) + 1)
        # Given out now, on the card only with its report: meanwhile nobody else gets it.
        self._given = {boot: n}
        return n

    def reserve(self, boot: str, mono: float, count: int, carried: dict[str, int]) -> int:
        """The first of *count* numbers that no other report will ever have, for reports that leave by stick with lines up to *carried*."""
        first = self.next_number(boot, mono)
        with self._database as transaction:
            transaction.execute("DELETE FROM boots WHERE boot != ?", (boot,))
            transaction.execute("INSERT OR REPLACE INTO boots VALUES (?, ?)", (boot, first + count - 1))
            transaction.executemany(
                "INSERT INTO carried VALUES (?, ?) ON CONFLICT DO UPDATE SET n = MAX(n, excluded.n)", sorted(carried.items())
            )
        self._given = {boot: first + count - 1}
        return first

    def put(self, token: str, boot: str, n: int, taken: dict[str, int]) -> None:
        """Keep a signed report, its number, and that these lines are in it."""
        with self._database as transaction:
            transaction.execute("INSERT INTO reports (token) VALUES (?)", (token,))
            transaction.execute("DELETE FROM boots WHERE boot != ?", (boot,))
            transaction.execute("INSERT INTO boots VALUES (?, ?) ON CONFLICT DO UPDATE SET n = MAX(n, excluded.n)", (boot, n))
            transaction.executemany("INSERT OR REPLACE INTO taken VALUES (?, ?)", sorted(taken.items()))

    def waiting(self) -> Waiting | None:
        """The oldest report that was not refused."""
        return self._first("parked = 0")

    def parked(self) -> Waiting | None:
        """The oldest report that the registry refused."""
        return self._first("parked > 0")

    def count(self) -> int:
        """How many reports the registry does not have yet, the refused ones among them."""
        return int(self._database.execute("SELECT count(*) FROM reports").fetchone()[0])

    def changes_taken(self) -> bool:
        """Whether the registry said last that it takes health and short reports."""
        row = self._database.execute("SELECT changes_taken FROM registry").fetchone()
        return row is not None and bool(row[0])

    def note_changes_taken(self, taken: bool) -> None:
        """Keep what the registry said of it; it changes with its software only, so the card is hardly ever written."""
        if taken == self.changes_taken():
            return
        with self._database as transaction:
            transaction.execute("INSERT OR REPLACE INTO registry VALUES (0, ?)", (taken,))

    def delivered(self, report: Waiting) -> None:
        """The registry has it, durably."""
        with self._database as transaction:
            transaction.execute("DELETE FROM reports WHERE id = ?", (report.id,))

    def park(self, report: Waiting) -> None:
        """The registry refused it: keep it, let the others pass. It is tried again, after those parked before it."""
        with self._database as transaction:
            later = "(SELECT COALESCE(MAX(parked), 0) + 1 FROM reports)"
            transaction.execute(f"UPDATE reports SET parked = {later} WHERE id = ?", (report.id,))  # noqa: S608 (our own constant)
            transaction.execute(
                "DELETE FROM reports WHERE parked > 0 AND id NOT IN (SELECT id FROM reports WHERE parked > 0 ORDER BY id DESC LIMIT ?)",
                (MOST_PARKED,),
            )

    def close(self) -> None:
        """End; what was put is on the card already."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _first(self, which: str) -> Waiting | None:
        query = f"SELECT id, token FROM reports WHERE {which} ORDER BY parked, id LIMIT 1"  # noqa: S608 (our own constant)
        row = self._database.execute(query).fetchone()
        return Waiting(*row) if row else None


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _prepared(path)
    except sqlite3.DatabaseError as problem:
        if isinstance(problem, sqlite3.OperationalError):
            raise
        # The journals still hold every line without an acknowledgement, and the registry keeps each line once: start again.
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return _prepared(path)


def _prepared(path: Path) -> sqlite3.Connection:
    # Used from worker threads, one call at a time.
    database = sqlite3.connect(path, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.executescript(_TABLES)
        if database.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("quick_check")
    except BaseException:
        database.close()
        raise
    return database
