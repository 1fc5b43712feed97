"""A live programme that cannot be received is told on the board, beside whatever stands there."""

from contextlib import closing

import pytest

from device.paths import Paths
from device.status import BELIEVED, write_status
from director.decision import Sign
from director.moment import Moment
from display.look.glass import glass
from display.pages import words
from display.pages.lay_out import lay_out
from display.status import Listener
from display.text.pango import PangoMeasure
from evidence.records import ClockState
from evidence.report import ProgramStatus
from tests.display.samples import board, notice
from tests.display.test_board import Village, told
from tests.display.test_board_stopping import look, text
from tests.simulators.publisher import START

MOMENT = Moment(START, ClockState.TRUSTED, "boot-1", 100.0)
TOLD = "Không thu được chương trình đài cấp trên"


@pytest.fixture
def village(tmp_path):
    made = Village(tmp_path, [told("mot"), told("hai")])
    with closing(made.ledger):
        yield made


def test_the_sign_comes_and_goes_and_the_page_stays(village):
    village.run(2)
    page = village.board.showing
    assert TOLD not in text(village)
    assert look(village, unreceived=True) == page
    assert TOLD in text(village)
    assert village.outcomes() == [], "nothing was interrupted for it"
    assert look(village) == page
    assert TOLD not in text(village)


def test_the_loudspeaker_is_believed_only_for_a_few_seconds(tmp_path):
    paths = Paths(tmp_path)
    listener = Listener(paths)
    assert not listener.unreceived(MOMENT)
    write_status(paths, ProgramStatus(program="audio", at=MOMENT.stamp(), ready=True, unreceived=True, versions={}))
    assert listener.unreceived(MOMENT.later(1))
    assert not listener.unreceived(MOMENT.later(BELIEVED + 1))


@pytest.mark.parametrize("sign", [Sign.NOT_RECEIVED, Sign.MUTED, Sign.CLOCK_UNKNOWN])
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (640, 360), (192, 96), (256, 32)])
def test_a_sign_is_told_whole_on_every_board(sign, size):
    pages = lay_out(board(notice("hop", "Họp thôn", "Mời bà con."), signs=(sign,)), glass(size), PangoMeasure())
    told = {Sign.NOT_RECEIVED: words.NOT_RECEIVED, Sign.MUTED: words.MUTED, Sign.CLOCK_UNKNOWN: words.CLOCK_UNKNOWN}[sign]
    assert "".join(told.split()) in "".join("".join(page.text() for page in pages).split())
