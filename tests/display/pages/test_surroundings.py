"""Whatever surrounds a notice - a sponsor, a running line, both, the longest signs - its title still reads."""

import itertools

import pytest
from PIL import Image as Pillow

from bundle.asset import MediaType, Picture
from director.decision import Sign
from display.look.theme import NIGHT, TILE
from display.media.pictures import Pictures
from display.page import Fill, Image, Line, read_of, text_of
from display.pages.lay_out import lay_out
from display.paint.painter import Painter
from display.showing.headless import HeadlessScreen
from display.showing.presenter import Presenter
from display.showing.screen import save
from display.text.pango import PangoMeasure
from tests.display.reader import likeness, machine_reads
from tests.display.samples import NOW, SHORT, SPONSOR, board, notice, panel, running_lines

TITLE = "Họp thôn tối thứ Bảy"
RUNNING = ("Chiều nay có mưa dông, bà con thu lúa phơi ngoài sân.",)
SURROUNDINGS = list(itertools.product((False, True), repeat=3))


@pytest.fixture
def mark(tmp_path):
    """The brightest mark that a sponsor can send."""
    path = tmp_path / "mark.png"
    Pillow.new("RGB", (600, 200), "white").save(path)
    return Picture(sha256="5" * 64, size=path.stat().st_size, media=MediaType.PNG, width=600, height=200), path


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920)])
@pytest.mark.parametrize(("sponsored", "running", "signed"), SURROUNDINGS)
def test_a_machine_reads_the_title_whatever_stands_around_it(size, sponsored, running, signed, mark, tmp_path):
    picture, path = mark
    decision = board(
        notice("hop", TITLE, SHORT),
        sponsor=SPONSOR.model_copy(update={"picture": picture}) if sponsored else None,
        ticker=running_lines(*RUNNING) if running else (),
        signs=(Sign.OLD_CONTENT, Sign.CLOCK_UNKNOWN) if signed else (),
        as_of=NOW,
    )
    pictures, measure, screen = Pictures(lambda _: path), PangoMeasure(), HeadlessScreen(size)
    assert not pictures.lacking([picture])
    presenter = Presenter(screen, Painter(pictures), measure, None)
    page = lay_out(decision, panel(size), measure)[0]
    presenter.show(page, NOW, 0.0)
    save(screen.seen(), tmp_path / "board.png")
    seen = machine_reads(tmp_path / "board.png")
    title = [read_of(line.runs) for line in page.elements if isinstance(line, Line) and line.face.colour == NIGHT.title]
    assert "".join(title).split() == TITLE.split()
    assert all(likeness(line.strip(), seen) >= 0.95 for line in title), seen


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (540, 960), (144, 256), (96, 192), (192, 96), (512, 256), (256, 64)])
@pytest.mark.parametrize("shape", [(600, 200), (200, 600), (4000, 10), (10, 4000)])
def test_a_sponsors_words_and_mark_keep_apart_and_inside_their_fifth_of_the_board(size, shape):
    mark = SPONSOR.model_copy(update={"picture": SPONSOR.picture.model_copy(update={"width": shape[0], "height": shape[1]})})
    (page, *_) = lay_out(board(notice("hop", TITLE, SHORT), sponsor=mark, ticker=()), panel(size), PangoMeasure())
    told = [line for line in page.elements if isinstance(line, Line) and "tài trợ" in text_of(line.runs)]
    assert bool(told) or min(size) < 500, "a board with room has its sponsor"
    if not told:
        return
    below = [element.box for element in page.elements if isinstance(element, Fill) and holds(element.box, told[0].box)]
    zone = min(below, key=lambda box: box.width * box.height)
    assert zone.width * zone.height <= 0.2 * size[0] * size[1]
    assert zone.bottom == size[1]
    words = [line for line in page.elements if isinstance(line, Line) and holds(zone, line.box)]
    assert "Hợp tác xã Chè Suối Trong" in " ".join(text_of(line.runs) for line in words)
    for image in (element for element in page.elements if isinstance(element, Image)):
        assert holds(zone, image.box)
        tile = next(element.box for element in page.elements if isinstance(element, Fill) and element.colour == TILE)
        assert holds(tile, image.box)
        assert holds(zone, tile)
        assert all(line.box.x + PangoMeasure().width(line.runs, line.face) <= tile.x for line in words)
    assert min(size) < 500 or any(isinstance(element, Image) for element in page.elements)


def holds(outer, inner):
    return outer.x <= inner.x and inner.right <= outer.right and outer.y <= inner.y and inner.bottom <= outer.bottom
