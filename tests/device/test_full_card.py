"""A full card loses no alert: no mark, copy or deletion runs ahead of what is on it, and what it did not take is tried again."""

from pathlib import Path

import pytest

from bundle.policy import StopList
from bundle.trust import Target
from device.durable import replace
from device.onlooker import looking_on
from device.shelf import Shelf
from director.alerts import Standing
from tests.device.worker import SITE, Worker, alert
from tests.simulators.content import CHANNEL


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    return Worker(tmp_path)


class FullCard:
    """Has no room for the files whose names end so; *asked* counts what it refused."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *ends: str) -> None:
        self.ends, self.asked = ends, 0
        monkeypatch.setattr("device.shelf.replace", self.write)

    def write(self, path: Path, raw: bytes) -> None:
        if path.name.endswith(self.ends):
            self.asked += 1
            raise OSError(28, "No space left on device")
        replace(path, raw)


def without_the_agents_shelf(worker: Worker) -> None:
    """The unit starts again, and the agent's pack is not there: it was on its way in RAM only."""
    (worker.paths.shelf / CHANNEL / "alerts.json.pack").unlink()
    worker.restart()


def test_no_mark_rises_above_the_copy_that_a_full_card_kept(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list and a stop come together, and there is room for the small one only: the old list is believed at the next start."""
    worker.release(alert("cu"))
    worker.release(alert("cu"), alert("moi"), seen=False)
    worker.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL))
    worker.put(Target.STOP)
    FullCard(monkeypatch, "alerts.json.pack")
    assert worker.standing("moi") is Standing.IN_FORCE
    assert "stop.json" in " ".join(path.name for path in worker.paths.kept("display").iterdir())
    without_the_agents_shelf(worker)
    assert worker.standing("cu") is Standing.IN_FORCE
    assert worker.shelf.refusals == ()


def test_what_a_full_card_did_not_take_is_kept_once_it_has_room_and_told_once(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    worker.release(alert("cu"))
    worker.release(alert("cu"), alert("moi"), seen=False)
    card = FullCard(monkeypatch, ".pack", ".json")
    for _ in range(3):
        worker.programme()
    assert card.asked >= 3
    assert len(worker.shelf.new_refusals()) == 1
    card.ends = (".nothing",)
    worker.programme()
    without_the_agents_shelf(worker)
    assert worker.standing("moi") is Standing.IN_FORCE


def test_marks_that_a_full_card_did_not_take_rise_once_it_has_room(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    worker.release(alert("cu"))
    old = (worker.paths.shelf / CHANNEL / "alerts.json.pack").read_bytes()
    card = FullCard(monkeypatch, worker.paths.marks("display").name)
    worker.release(alert("cu"), alert("moi"))
    card.ends = (".nothing",)
    worker.programme()
    for path in worker.paths.kept("display").glob("*.pack"):
        path.unlink()
    replace(worker.paths.shelf / CHANNEL / "alerts.json.pack", old)
    worker.restart()
    assert worker.standing("cu") is None, "the older list is refused, though no copy is there to compare it with"


@pytest.mark.parametrize("refused", range(1, 4))
def test_no_copy_is_replaced_before_the_card_has_what_that_leaves_out(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, refused: int
) -> None:
    """For *refused* looks there is no room for the earlier list: a start in between finds it in the old copy, one after in its own file."""
    worker.release(alert("cu"))
    worker.release(alert("moi"), seen=False)
    card = FullCard(monkeypatch, ".earlier")
    for _ in range(refused):
        worker.programme()
    assert worker.files() == []
    with looking_on(worker.paths.root, "display") as onlooker:
        started = Shelf(onlooker, "display", worker.publisher.root_bytes).programme(SITE, worker.clock.now())
    assert [each.identifier for each in started.cells[0].earlier_alerts] == ["cu"]
    card.ends = (".nothing",)
    worker.release(alert("moi"), alert("ba"))
    assert len(worker.files()) == 1
    without_the_agents_shelf(worker)
    assert [worker.standing(name) for name in ("cu", "moi", "ba")] == [Standing.IN_FORCE] * 3


def test_an_earlier_list_is_not_deleted_before_the_card_has_the_newer_that_names_it_again(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.release(alert("lu"))
    worker.release()
    worker.release(alert("lu"), seen=False)
    FullCard(monkeypatch, "alerts.json.pack")
    assert worker.earlier() == ()
    without_the_agents_shelf(worker)
    assert worker.standing("lu") is Standing.IN_FORCE
