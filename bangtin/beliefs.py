"""What this unit believes, gathered without changing anything: each damage becomes a sentence, and what can be read is still told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bangtin.stops import Pair
from bundle.errors import Refused
from bundle.trust import Target
from device.clock import BUILT, make_clock
from device.earlier import Place
from device.floor import Floor
from device.inputs import OnSite
from device.journal import read
from device.onlooker import looking_on
from device.paths import PROGRAMS, Paths
from device.settings import Settings, load_settings
from device.shelf import InForce, Shelf
from device.status import read_status
from device.unit import UnitRecord, read_unit
from device.unit import site as site_of
from director.moment import Moment
from director.programme import Programme, Site
from evidence.records import ClockState, Fault, FaultCode
from evidence.report import Said

WORKERS = ("display", "audio")
REFUSALS = frozenset({FaultCode.CONTENT_REFUSED, FaultCode.SHELF_DAMAGED, FaultCode.GENERATIONS_DIFFER})


@dataclass
class Beliefs:
    """*believed* and *programmes* by worker; *states* is what each program said of the clock, *stick* what came of the last USB stick."""

    paths: Paths
    settings: Settings
    moment: Moment
    floor: datetime
    unit: UnitRecord | None = None
    root: bytes | None = None
    stopped_on_site: bool = False
    channels: tuple[str, ...] = ()
    timezone: str = "Asia/Ho_Chi_Minh"
    believed: dict[str, dict[Place, InForce]] = field(default_factory=lambda: {worker: {} for worker in WORKERS})
    programmes: dict[str, Programme] = field(default_factory=dict)
    states: dict[str, ClockState] = field(default_factory=dict)
    stick: Said | None = None
    damages: list[str] = field(default_factory=list)

    def stands_in(self, channel: str, target: Target) -> Pair | None:
        """Where the file stands, when that is not the shelf."""
        if (self.paths.fast / channel / f"{target}.pack").exists():
            return "Vừa đến: còn ở bộ nhớ, chưa lên thẻ.", "Just arrived: in memory, not yet on the card."
        if not (self.paths.shelf / channel / f"{target}.pack").exists():
            return "Kệ mất tệp này; đang dùng bản lưu riêng.", "Missing on the shelf; the programs' own copies are used."
        return None


def gather(root: Path) -> Beliefs:
    """Everything that can be read below *root*."""
    paths, damages = Paths(root), list[str]()
    settings = Settings()
    try:
        settings = load_settings(paths.unit_toml)
    except Refused as refused:
        damages += [str(complaint) for complaint in refused.complaints]
    with looking_on(root, "") as onlooker:
        moment = make_clock(settings, onlooker).now()
    found = Beliefs(paths, settings, moment, max(BUILT, Floor(paths).newest() or BUILT), damages=damages)
    found.stopped_on_site = OnSite(paths).stopped(moment)
    try:
        found.unit = read_unit(paths)
    except Refused as refused:
        damages += [str(complaint) for complaint in refused.complaints]
    found.root = _root(paths, damages)
    found.channels = found.unit.channels if found.unit else _shelved(paths)
    for program in PROGRAMS:
        if status := read_status(paths, program):
            found.states[program] = status.at.state
            found.stick = status.said if status.said and status.said.at.boot == moment.boot else found.stick
    if found.root is not None:
        for worker in WORKERS:
            _ask(found, found.root, worker)
    found.damages = list(dict.fromkeys(damages))
    return found


def last_refusals(root: Path) -> Iterator[tuple[str, Fault]]:
    """The newest refusal in each program's journal."""
    for program in PROGRAMS:
        lines = [line for line in read(Paths(root).journal(program)) if isinstance(line, Fault) and line.code in REFUSALS]
        if lines:
            yield program, lines[-1]


def _ask(found: Beliefs, root: bytes, worker: str) -> None:
    """What *worker* would believe if it started now."""
    unit = found.unit
    # Without an enrolment nobody knows the place: the widest channel stands in, so that at least versions can be told.
    here = site_of(unit, found.settings) if unit else Site("?", "?", "?", found.channels, ("vi",))
    with looking_on(found.paths.root, worker) as onlooker:
        shelf = Shelf(onlooker, worker, root)
        programme = shelf.programme(here, found.moment)
        found.believed[worker] = shelf.believed
    found.programmes[worker] = Programme(programme.site, programme.cells, found.stopped_on_site)
    found.damages += [str(complaint).replace(str(onlooker.scratch), worker) for complaint in (*shelf.refusals, *shelf.new_refusals())]


def _root(paths: Paths, damages: list[str]) -> bytes | None:
    try:
        return paths.root_json.read_bytes()
    except OSError as problem:
        damages.append(f"{paths.root_json}: không đọc được / cannot be read: {problem.strerror}")
        return None


def _shelved(paths: Paths) -> tuple[str, ...]:
    """The channels that have a folder on the shelf: all that is known when the enrolment cannot be read."""
    return tuple(sorted({path.parent.name for path in paths.shelf.glob("*/*.pack")}))
