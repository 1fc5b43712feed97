"""Each order is obeyed once, in its time and by the unit that it names, and answered with what really became of it."""

import io
from pathlib import Path

import pytest
from PIL import Image

from agent.gather import urgent
from bundle.orders import LogOf, OrderKind
from caretaker.excerpt import answer
from device.paths import Paths
from device.screenshot import PATIENCE
from device.unit import read_unit
from director.moment import Moment
from evidence.excerpt import unpacked
from evidence.records import ClockState, Obedience
from tests.agent.orders.ordered_unit import MORE, OrderedUnit


@pytest.fixture
def unit(tmp_path: Path) -> OrderedUnit:
    return OrderedUnit(tmp_path)


async def test_a_picture_of_the_board_comes_with_the_answer_and_says_that_it_is_simulated(unit: OrderedUnit) -> None:
    board, name = unit.board(), unit.order(OrderKind.SCREENSHOT, unit.unit)
    await unit.later()
    board.look()
    await unit.later()
    [told] = unit.answers
    assert (told.identity, told.outcome, told.simulated) == (name, Obedience.DONE, True)
    assert "headless screen" in told.reason
    assert told.picture is not None
    with Image.open(io.BytesIO(told.picture)) as picture:
        assert picture.size == (640, 360)
    assert urgent(told), "somebody waits for it"


async def test_a_board_without_a_screen_says_why_there_is_no_picture(unit: OrderedUnit) -> None:
    board, _ = unit.board(), unit.order(OrderKind.SCREENSHOT, unit.unit)
    await unit.later()
    board.look("không có màn hình / no screen")
    await unit.later()
    [told] = unit.answers
    assert (told.outcome, told.picture) == (Obedience.FAILED, None)
    assert "no screen" in told.reason


async def test_a_board_that_does_not_answer_is_a_failure_and_the_next_order_is_asked_anew(unit: OrderedUnit) -> None:
    board = unit.board()
    for _ in range(2):
        unit.order(OrderKind.SCREENSHOT, unit.unit)
    await unit.later()
    await unit.later(PATIENCE + 1)
    assert [(told.outcome, "no answer" in told.reason) for told in unit.answers] == [(Obedience.FAILED, True)]
    board.look()
    await unit.later()
    assert [told.outcome for told in unit.answers] == [Obedience.FAILED, Obedience.DONE]


async def test_the_end_of_a_log_is_asked_of_who_may_read_it(unit: OrderedUnit) -> None:
    unit.order(OrderKind.LOG, unit.unit)
    await unit.later()
    asked: list[tuple[LogOf, int]] = []

    def log(program: LogOf, lines: int) -> bytes:
        asked.append((program, lines))
        return "loa mở\nloa đóng\n".encode()

    answer(unit.paths, log)
    await unit.later()
    [told] = unit.answers
    assert (told.outcome, asked) == (Obedience.DONE, [(LogOf.AUDIO, 20)])
    assert told.excerpt is not None
    assert unpacked(told.excerpt, "x") == "loa mở\nloa đóng\n"


async def test_a_log_that_cannot_be_read_says_why(unit: OrderedUnit) -> None:
    unit.order(OrderKind.LOG, unit.unit)
    await unit.later()

    def log(program: LogOf, lines: int) -> bytes:
        raise FileNotFoundError(2, "No such file or directory", "journalctl")

    answer(unit.paths, log)
    await unit.later()
    [told] = unit.answers
    assert (told.outcome, "journalctl" in told.reason) == (Obedience.FAILED, True)


async def test_a_report_is_hastened_and_its_order_answered_in_it(unit: OrderedUnit) -> None:
    unit.order(OrderKind.REPORT)
    await unit.later()
    assert (unit.full_reports, [told.outcome for told in unit.answers]) == (1, [Obedience.DONE])


async def test_each_order_counts_once_through_restarts_and_power_cuts(unit: OrderedUnit) -> None:
    unit.order(OrderKind.REPORT)
    for number in range(2, 5):
        await unit.later()
        unit.start()
        await unit.later()
        unit.boot(number)
    unit.order(OrderKind.REPORT)
    await unit.later()
    assert (unit.full_reports, len(unit.answers)) == (2, 2), "another order is another one"


async def test_what_was_answered_counts_no_second_time_when_its_list_was_away_for_a_while(unit: OrderedUnit) -> None:
    unit.order(OrderKind.REPORT)
    await unit.later()
    kept, unit.orders = unit.orders, []
    unit.order(OrderKind.SCREENSHOT, unit.unit, begins=-10, minutes=5)
    await unit.later()
    unit.publish(kept)
    unit.start()
    await unit.later()
    assert unit.full_reports == 1


async def test_an_order_for_another_unit_and_one_that_was_taken_back_are_none(unit: OrderedUnit) -> None:
    unit.order(OrderKind.SCREENSHOT, "loa-khac")
    unit.order(OrderKind.REPORT, begins=5)
    await unit.later()
    unit.publish([])
    await unit.later(600)
    assert (unit.full_reports, unit.answers, unit.paths.screenshot_request.exists()) == (0, [], False)


@pytest.mark.parametrize("kind", list(MORE))
async def test_an_order_that_arrives_after_its_end_is_answered_as_too_late_and_nothing_is_done(unit: OrderedUnit, kind: OrderKind) -> None:
    unit.order(kind, unit.unit, begins=-30, minutes=20)
    await unit.later()
    [told] = unit.answers
    assert told.outcome is Obedience.TOO_LATE
    asked = (unit.paths.screenshot_request, unit.paths.log_request, unit.paths.reboot_requests / "order.json", unit.paths.tunnel_wanted)
    assert (unit.full_reports, [path.exists() for path in asked]) == (0, [False] * 4)


async def test_without_a_clock_an_order_ends_by_the_dates_that_are_signed_since(unit: OrderedUnit) -> None:
    unit.order(OrderKind.REPORT, minutes=20)
    unit.clock.advance(1800)
    unit.publish(unit.orders)
    moment = unit.clock.moment
    unit.clock.moment = Moment(moment.wall.replace(year=2026, month=1), ClockState.UNKNOWN, moment.boot, moment.mono)
    await unit.later()
    assert [told.outcome for told in unit.answers] == [Obedience.TOO_LATE]


async def test_what_nobody_signed_is_obeyed_by_nobody(unit: OrderedUnit) -> None:
    unit.order(OrderKind.REPORT, name="bao-cao")
    [pack] = unit.paths.shelf.glob("*/ops*.pack")
    pack.write_bytes(pack.read_bytes().replace(b"bao-cao", b"bao-cau"))
    await unit.later()
    assert (unit.full_reports, unit.answers) == (0, [])


async def test_a_card_that_takes_no_writes_is_no_reason_to_obey_twice(unit: OrderedUnit, monkeypatch: pytest.MonkeyPatch) -> None:
    from errno import EROFS

    from agent.orders import memory

    def refusing(*_: object) -> None:
        raise OSError(EROFS, "read-only")

    monkeypatch.setattr(memory, "replace", refusing)
    unit.order(OrderKind.REPORT)
    await unit.later()
    await unit.later()
    assert unit.full_reports == 1


async def test_a_unit_that_is_not_enrolled_waits(unit: OrderedUnit) -> None:
    unit.order(OrderKind.REPORT)
    for file in unit.paths.state.glob("unit.json*"):
        file.unlink()
    assert read_unit(Paths(unit.paths.root)) is None
    await unit.later()
    assert unit.answers == []
