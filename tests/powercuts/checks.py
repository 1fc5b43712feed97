"""What must be true of a card after the power was cut, by workload; *said* is how much had been promised, 0 for nothing."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

from tinydb import TinyDB

from agent.outbox import Outbox
from agent.pull import DirectorySource, check_channel, fetch_blob
from agent.pull.blobs import is_whole
from agent.pull.generations import Generations
from bundle.alert import Alert
from bundle.asset import blob_path
from bundle.trust import Target
from device.durable import DurableStorage
from device.earlier import MOST
from device.journal import JournalWriter, read
from device.paths import Paths
from device.shelf import Shelf
from device.unit import read_unit
from director.programme import Cell
from evidence.records import Gap
from tests.powercuts.releases import MANY, NOW, SITE, Releases, picture
from tests.powercuts.workloads import SYNCED_EVERY, FlappingSource, body, line, offer, put_carelessly
from tests.simulators.content import CHANNEL, picture_of


class Lost(Exception):
    """Something that was promised is not there."""


class Wrong(Exception):
    """Something is there that was never written so."""


def between(newest: int, said: int) -> None:
    """Nothing that was *said* is lost, and at most one more was begun."""
    if newest < said:
        raise Lost(f"{newest} is there, {said} was promised")
    if newest > said + 1:
        raise Wrong(f"{newest} is there, no more than {said + 1} was begun")


def same(found: object, expected: object) -> None:
    if found != expected:
        raise Wrong(f"{found!r:.80} instead of {expected!r:.80}")


def durable_write(folder: Path, said: int, releases: Releases) -> None:
    path = folder / "document"
    found = path.read_bytes() if path.exists() else b""
    number = int(found[:8] or b"0")
    same(found, body(number) if number else b"")
    between(number, said)


def readable_state(folder: Path, said: int, releases: Releases) -> None:
    """27 of 50 cuts left TinyDB's own storage unreadable."""
    with TinyDB(folder / "state.json", storage=DurableStorage) as database:
        between(database.all()[0]["number"] if len(database) else 0, said)


def unit_json(folder: Path, said: int, releases: Releases) -> None:
    found = read_unit(Paths(folder))
    between(int(found.place_name) if found else 0, said)


def journal_synced(folder: Path, said: int, releases: Releases) -> None:
    there = [found.n for found in read(folder / "journal")]
    same(there, list(range(len(there))))
    between(len(there), said)


def journal_mixed(folder: Path, said: int, releases: Releases) -> None:
    """What was not synced may be lost, and is then admitted lost."""
    before = [found.n for found in read(folder / "journal")]
    same(before, list(range(len(before))))
    if len(before) < said - said % SYNCED_EVERY:
        raise Lost(f"{len(before)} lines, {said} were written")
    writer = JournalWriter(folder / "journal", boot="after")
    fresh = writer.write(line(0, "after"), sync=True)
    writer.close()
    if fresh.n < said:
        raise Wrong(f"number {fresh.n} may have been read by somebody, and comes again")
    gaps = [found.first for found in read(folder / "journal") if isinstance(found, Gap)]
    if gaps not in ([], [len(before)]) or (said > len(before) and not gaps):
        raise Wrong(f"the gap is said to begin at {gaps}, {len(before)} lines are there of {said}")


def journal_ram(folder: Path, said: int, releases: Releases) -> None:
    shutil.rmtree(releases.ram, ignore_errors=True)
    journal_mixed(folder, said, releases)


def outbox(folder: Path, said: int, releases: Releases) -> None:
    with Outbox(folder / "outbox.db") as box:
        newest = box.taken().get("display", 0)
        between(newest, said)
        for number in range(1, newest + 1):
            waiting = box.waiting()
            if waiting is None:
                raise Lost(f"report {number} of {newest}")
            same(waiting.token, f"report {number}")
            box.delivered(waiting)
        same(box.waiting(), None)


def blob_download(folder: Path, said: int, releases: Releases) -> None:
    shelf = Paths(folder).shelf
    for number in range(1, said + 1):
        asset = picture_of(picture(number))
        if not is_whole(shelf / blob_path(asset.sha256), asset):
            raise Lost(f"blob {number}")
    for path in shelf.glob("blobs/sha256/*/*"):
        if path.name.isalnum():  # not a half or its tag
            same(picture_of(path.read_bytes()).sha256, path.name)
    source = FlappingSource()
    source.blob = picture(said + 1)
    following = picture_of(source.blob)
    asyncio.run(fetch_blob(source, shelf, following))
    same((shelf / blob_path(following.sha256)).read_bytes(), source.blob)


def shelf_commit(folder: Path, said: int, releases: Releases) -> None:
    """A worker that starts now shows what was promised; the agent's own trust did not go back; and both go on from there."""
    paths = Paths(folder)
    between(on_air(_started(paths, releases), said), said)
    known = Generations(paths.shelf / CHANNEL / "metadata").current()
    between(releases.timestamps[(known / "timestamp.json").read_bytes()] if known else 0, said)
    releases.announce(MANY)
    checked = asyncio.run(check_channel(DirectorySource(releases.tree), paths, CHANNEL, releases.root, NOW, recheck=True))
    same(checked.refusals, ())
    same(on_air(_started(paths, releases), MANY), MANY)


def marks(folder: Path, said: int, releases: Releases) -> None:
    """The worker's own copy carries it, when the agent's shelf is lost; and no older pack is believed then."""
    paths = Paths(folder)
    worker = Shelf(paths, "display", releases.root)
    # The shelf as it was may be torn in any way: only the worker's own is asked for here.
    for path in paths.shelf.glob("**/*.pack"):
        path.unlink()
    cell = worker.programme(SITE, NOW).cell(CHANNEL)
    newest = title(cell)
    between(newest, said)
    if newest < 2:
        return
    offer(paths, picture(newest - 1), releases.pack(newest - 1))
    same(title(worker.programme(SITE, NOW).cell(CHANNEL)), newest)
    for path in paths.kept("display").glob("*.pack"):
        path.unlink()
    again = Shelf(paths, "display", releases.root)
    if (found := title(again.programme(SITE, NOW).cell(CHANNEL))) and found < said:
        raise Wrong(f"{found} is believed after {said}: the marks were lost")


def earlier_lists(folder: Path, said: int, releases: Releases) -> None:
    """The newest list and every alert that it left out are there without the agent's shelf, and the next list takes none away."""
    paths = Paths(folder)
    for path in paths.shelf.glob("**/*.pack"):
        path.unlink()
    worker = Shelf(paths, "display", releases.root)
    newest = _left_out(worker)
    between(newest, said)
    put_carelessly(paths, Target.ALERTS, releases.pack(newest + 1, Target.ALERTS))
    same(_left_out(worker), newest + 1)


def _left_out(worker: Shelf) -> int:
    """The number of the list in force, 0 for none; of the lists before it as many alerts stand as a worker keeps."""
    cell = worker.programme(SITE, NOW).cell(CHANNEL)
    if cell is None or cell.alerts is None:
        return 0
    newest = _number(cell.alerts.alerts[0])
    found = {_number(alert) for alert in cell.earlier_alerts}
    if lost := set(range(max(1, newest - MOST[Target.ALERTS]), newest)) - found:
        raise Lost(f"alerts {sorted(lost)}, which list {newest} leaves out")
    # A deletion that a cut undid may bring one back that there was no room for.
    if strange := found - set(range(1, newest)):
        raise Wrong(f"alerts {sorted(strange)} stand beside list {newest}")
    return newest


def _number(alert: Alert) -> int:
    return int(alert.identifier.removeprefix("lu-"))


def title(cell: Cell | None) -> int:
    return int(cell.bundle.notices[0].versions[0].title) if cell and cell.bundle else 0


def _started(paths: Paths, releases: Releases) -> Shelf:
    return Shelf(paths, "display", releases.root)


def on_air(worker: Shelf, said: int) -> int:
    """The number of the bundle in force, whose picture is right, and whose alert is as new."""
    cell = worker.programme(SITE, NOW).cell(CHANNEL)
    number = title(cell)
    if cell and cell.alerts:
        alert = _number(cell.alerts.alerts[0])
        between(alert, said)
        if alert < number:
            raise Lost(f"alert {alert}, which came before bundle {number}")
    if number:
        path = worker.blob(picture_of(picture(number)))
        if path is None:
            raise Lost(f"the picture of bundle {number}")
        same(path.read_bytes(), picture(number))
    return number


Check = Callable[[Path, int, Releases], None]
CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        shelf_commit,
        blob_download,
        outbox,
        journal_synced,
        journal_mixed,
        journal_ram,
        unit_json,
        marks,
        earlier_lists,
        durable_write,
        readable_state,
    )
}
