"""Reports that go back on a stick: the same signed batches as over the network, sealed for the registry; and its signed answers."""

import logging
import re
import sqlite3
from dataclasses import dataclass, field
from errno import EDQUOT, ENOSPC, EROFS
from pathlib import Path

from agent.compose import Sketch, report
from agent.courier.importing import is_gone
from agent.courier.sentences import Letters
from agent.courier.writing import made_folder, put, stands
from agent.gather import Gatherer
from agent.outbox import Outbox
from agent.pull.plain import read_plain
from bundle.errors import refuse
from bundle.parse import parse
from device.paths import JOURNALS, Paths
from device.unit import UnitRecord
from director.moment import Moment
from evidence.report import Journalled, StickAcknowledgement
from evidence.sealing import seal
from evidence.signing import public_jwk, thumbprint, verify
from evidence.travelling import signed

log = logging.getLogger(__name__)

MOST_LETTERS = 400
"""Some 100,000 lines: the rest goes with the next visit."""

MAX_ANSWER = 16 * 1024


@dataclass
class Letterbox:
    """Writes what the registry does not have yet onto a stick. It never counts as delivered: only a signed answer does.

    *_last* are the files of the last visit, after which lines they begin and how far they tell, so that a stick that comes again carries
    nothing twice.
    """

    paths: Paths
    record: UnitRecord
    key_pem: bytes
    outbox: Outbox
    _last: tuple[frozenset[str], dict[str, int], dict[str, int]] = field(default=(frozenset(), {}, {}))

    def write(self, stick: Path, read_only: bool, kept: dict[str, int], moment: Moment, now: Sketch) -> Letters:
        """Put everything after *kept* onto *stick*; what could not be written stays in the journals."""
        keys = self.record.registry_keys
        if keys is None:
            return Letters.NO_KEY
        if read_only:
            return Letters.READ_ONLY
        try:
            with made_folder(stick, f"bangtin/reports/{self.record.unit}") as folder:
                self._fill(folder, kept, moment, now, keys.sealing)
        except OSError as problem:
            return _failed(problem, stick)
        except sqlite3.OperationalError as problem:
            # Our own card takes no writes: without it no report number is surely unused.
            log.warning("không giữ được số báo cáo / the report numbers cannot be kept: %s", problem)
            return Letters.UNWRITABLE
        return Letters.WRITTEN

    def _fill(self, folder: int, kept: dict[str, int], moment: Moment, now: Sketch, sealing: dict[str, str]) -> None:
        names, begun, taken = self._last
        less = any(kept.get(program, -1) < n for program, n in begun.items())
        again = bool(names) and not less and all(stands(folder, name) for name in names)
        after = taken if again else {}
        begin = {program: max(kept.get(program, -1), after.get(program, -1)) for program in JOURNALS}
        gatherer = Gatherer(self.paths, dict(begin))
        batches = _batches(gatherer)
        if again and not batches:
            return
        # One report in any case: that the unit lives is news too.
        batches = batches or [()]
        first = self.outbox.reserve(moment.boot, moment.mono, len(batches), gatherer.taken)
        written = set(names) if again else set[str]()
        for n, lines in enumerate(batches, first):
            token = signed(report(self.record, moment, n, now, lines), self.key_pem)
            name = letter_name(moment.boot, n)
            put(folder, name, seal(token.encode(), dict(sealing)).encode())
            written.add(name)
        self._last = frozenset(written), begun if again else begin, dict(gatherer.taken)


def _batches(gatherer: Gatherer) -> list[tuple[Journalled, ...]]:
    found: list[tuple[Journalled, ...]] = []
    while len(found) < MOST_LETTERS and (lines := gatherer.next_lines()):
        found.append(lines)
    return found


def letter_name(boot: str, n: int) -> str:
    """The file of one report; FAT knows no capital letters and few signs."""
    return f"{re.sub(r'[^a-z0-9-]', '-', boot.lower())[:64]}-{n}.jwe"


def read_answer(stick: Path, record: UnitRecord, key_pem: bytes) -> dict[str, int] | None:
    """How far the registry says, on *stick*, that it has this unit's journals; ``None`` when it says nothing here.

    ``Refused`` unless the registry that this unit was enrolled with signed it, for this unit: nothing may be deleted on another's word.
    """
    raw = read_plain(stick, f"bangtin/acks/{record.unit}.jws", MAX_ANSWER)
    if raw is None or record.registry_keys is None:
        return None
    where = f"bangtin/acks/{record.unit}.jws"
    payload = verify(raw.decode("ascii", "replace").strip(), dict(record.registry_keys.signing))
    answer = parse(StickAcknowledgement, payload, where, MAX_ANSWER)
    if (answer.unit, answer.thumbprint) != (record.unit, thumbprint(public_jwk(key_pem))):
        raise refuse(where, f"là của {answer.unit} / is for {answer.unit}", "mang tới đúng thiết bị / take it to that unit")
    return answer.kept


def _failed(problem: OSError, stick: Path) -> Letters:
    if problem.errno in (ENOSPC, EDQUOT):
        return Letters.FULL
    if problem.errno == EROFS:
        return Letters.READ_ONLY
    return Letters.PULLED if is_gone(stick) else Letters.UNWRITABLE
