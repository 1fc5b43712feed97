"""What the unit says to those in front of it: on every page but an emergency, in two languages, and for a while."""

from contextlib import closing

import pytest
from PIL import Image

from device.first_boot import Access, FirstBoot, Step, Trouble, write_first_boot
from device.paths import Paths
from device.status import write_status
from director.decision import BuiltInPage, Why
from director.moment import Moment
from display.look.theme import DAY
from display.page import Line
from display.pages.lay_out import lay_out
from display.pages.set_up_list import troubles_said
from display.pages.viewing import Viewing
from display.showing.screen import save
from display.status import SAID_FOR, Listener
from evidence.records import ClockState
from evidence.report import ProgramStatus, Said
from tests.display.samples import SHORT, board, notice, panel
from tests.display.test_board import MEASURE, Village, told
from tests.simulators.content import flood_alert
from tests.simulators.publisher import START

SAID = "Đã cập nhật từ USB 09:12. Rút USB được rồi · Updated from the stick. You may pull it out"
FAULT = Trouble(
    where=("/boot/firmware/bangtin.toml: screen.wdith", "/boot/firmware/bangtin.toml: screen.wdith"),
    what=("không có mục này", "there is no such setting"),
    do=("có phải là 'width'?", "did you mean 'width'?"),
)
MOMENT = Moment(START, ClockState.TRUSTED, "boot-1", 100.0)


@pytest.fixture
def village(tmp_path):
    made = Village(tmp_path, [told("mot")])
    with closing(made.ledger):
        yield made


def bands(village, tmp_path):
    """How many pixel rows of the board are a bright band near its left edge."""
    save(village.screen.seen(), tmp_path / "seen.png")
    with Image.open(tmp_path / "seen.png") as picture:
        rgb = picture.convert("RGB")
        return sum(rgb.getpixel((14, y)) == DAY.said.ground for y in range(rgb.height))


def test_it_stands_on_the_board_without_turning_the_page_and_goes_again(village, tmp_path):
    village.run(1)
    page, usual = village.board.showing, bands(village, tmp_path)
    village.board.step(village.clock.now(), None, said=SAID)
    assert bands(village, tmp_path) >= usual + 30
    assert village.board.showing == page
    village.board.step(village.clock.now(), None)
    assert bands(village, tmp_path) == usual


def test_while_the_units_own_page_is_open_its_board_says_how_to_get_in(tmp_path):
    paths = Paths(tmp_path)
    access = Access(pin="481526", address="http://10.42.0.1:8480", until=MOMENT.mono + 60, ssid="bangtin-4f0c", passphrase="suoi-trong-62")
    write_first_boot(paths, FirstBoot(at=MOMENT.stamp(), step=Step.DONE, access=access))
    listener = Listener(paths)
    said = listener.said(MOMENT)
    assert all(word in said for word in ("bangtin-4f0c", "suoi-trong-62", "481 526", "http://10.42.0.1:8480"))
    assert listener.said(MOMENT.later(61)) == "", "the programs agree on when it is over without talking"


def wrong(count, **more):
    """What provisioning tells of a confirmed unit with so many faults."""
    each = (FAULT, *(FAULT.model_copy(update={"where": (f"x.toml: dòng {n}", f"x.toml: line {n}")}) for n in range(2, count + 1)))
    return FirstBoot(at=MOMENT.stamp(), step=Step.DONE, troubles=each, **more)


FAULTS = {count: troubles_said(wrong(count)) for count in (1, 2, 20)}


def test_what_is_wrong_with_a_confirmed_unit_is_said_for_a_while_after_its_start(tmp_path):
    paths = Paths(tmp_path)
    listener = Listener(paths)
    write_first_boot(paths, wrong(1))
    vietnamese, english = listener.said(MOMENT.later(SAID_FOR - 1)).split(" · ")
    assert vietnamese == "Kỹ thuật viên: ✗ bangtin.toml: screen.wdith: không có mục này → có phải là 'width'?"
    assert english == "Technician: ✗ bangtin.toml: screen.wdith: there is no such setting → did you mean 'width'?"
    assert listener.said(MOMENT.later(SAID_FOR + 1)) == "", "villagers are told no faults"
    assert listener.said(Moment(START, ClockState.TRUSTED, "boot-2", 100.0)) == ""
    said = Said(text=SAID, at=MOMENT.stamp())
    write_status(paths, ProgramStatus(program="agent", at=MOMENT.stamp(), ready=True, versions={}, said=said))
    assert listener.said(MOMENT.later(1)) == SAID, "a courier waits for that"


def test_many_faults_are_named_and_told_elsewhere():
    assert FAULTS[2].count("dòng 2: không có mục này") == 1
    named = "✗ bangtin.toml: screen.wdith, x.toml: dòng 2, dòng 3, dòng 4, dòng 5, dòng 6 và 14 lỗi khác → xem trang của thiết bị"
    assert FAULTS[20].split(" · ")[0] == f"Kỹ thuật viên: {named}"


@pytest.mark.parametrize("said", [SAID, *FAULTS.values()])
def test_an_emergency_leaves_no_room_for_it(village, tmp_path, said):
    village.alert(flood_alert(START))
    village.run(1)
    save(village.screen.seen(), tmp_path / "before.png")
    village.board.step(village.clock.now(), None, said=said)
    save(village.screen.seen(), tmp_path / "after.png")
    assert (tmp_path / "before.png").read_bytes() == (tmp_path / "after.png").read_bytes()


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (640, 360)])
@pytest.mark.parametrize("main", [BuiltInPage(Why.NO_CONTENT), BuiltInPage(Why.KILLED), notice("hop", "Họp thôn", SHORT)])
@pytest.mark.parametrize("said", [SAID, *FAULTS.values()])
def test_both_languages_stand_inside_every_page(size, main, said):
    for page in lay_out(board(main), panel(size), MEASURE, Viewing(said=said)):
        assert all("".join(text.split()) in "".join(page.text().split()) for text in said.split(" · "))
        for box in (line.box for line in page.elements if isinstance(line, Line)):
            assert 0 <= box.x < box.right <= size[0]
            assert 0 <= box.y < box.bottom <= size[1]


def test_only_what_was_said_just_now_and_in_this_boot_is_shown(tmp_path):
    paths = Paths(tmp_path)
    listener = Listener(paths)
    assert listener.said(MOMENT) == ""
    said = Said(text=SAID, at=MOMENT.stamp())
    write_status(paths, ProgramStatus(program="agent", at=MOMENT.stamp(), ready=True, versions={}, said=said))
    assert listener.said(MOMENT.later(1)) == SAID
    assert listener.said(MOMENT.later(SAID_FOR + 1)) == ""
    assert listener.said(Moment(START, ClockState.TRUSTED, "boot-2", 100.0)) == ""


def test_where_one_language_has_room_it_is_the_first():
    (page,) = lay_out(board(BuiltInPage(Why.NO_CONTENT)), panel((384, 128)), MEASURE, Viewing(said=FAULTS[1]))
    assert "Kỹ thuật viên" in page.text()


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (640, 360), (480, 270), (360, 640)])
@pytest.mark.parametrize("said", ["", SAID])
@pytest.mark.parametrize("why", [why for why in Why if why is not Why.TEST_CARD])
def test_no_line_of_the_built_in_page_lies_over_another(size, said, why):
    (page,) = lay_out(board(BuiltInPage(why)), panel(size), MEASURE, Viewing(said=said), START)
    boxes = [line.box for line in page.elements if isinstance(line, Line)]
    assert len(boxes) >= 3
    assert all(0 <= box.y < box.bottom <= size[1] for box in boxes)
    assert all(one.bottom <= other.y or other.bottom <= one.y for n, one in enumerate(boxes) for other in boxes[:n])
