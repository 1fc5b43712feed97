"""Whatever surrounds a notice - a sponsor, a running line, both, the longest signs - its title still reads."""

import itertools

import pytest
from PIL import Image as Pillow

from bundle.asset import MediaType, Picture
from director.decision import Sign
from display.media.pictures import Pictures
from display.page import Image, Line, text_of
from display.pages.lay_out import lay_out
from display.paint.painter import Painter
from display.showing.headless import HeadlessScreen
from display.showing.presenter import Presenter
from display.showing.screen import save
from display.text.pango import PangoMeasure, ink
from tests.display.reader import likeness, machine_reads
from tests.display.samples import NOW, SHORT, SPONSOR, board, notice

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
        ticker=RUNNING if running else (),
        signs=(Sign.OLD_CONTENT, Sign.CLOCK_UNKNOWN) if signed else (),
        as_of=NOW,
    )
    pictures, measure, screen = Pictures(lambda _: path), PangoMeasure(), HeadlessScreen(size)
    assert not pictures.lacking([picture])
    presenter = Presenter(screen, Painter(pictures), measure, None)
    presenter.show(lay_out(decision, size, measure)[0], decision, NOW, 0.0)
    save(screen.seen(), tmp_path / "board.png")
    seen = machine_reads(tmp_path / "board.png")
    assert likeness(TITLE, seen) >= 0.95, seen


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (540, 960), (144, 256), (120, 213), (96, 192), (192, 96), (512, 256)])
@pytest.mark.parametrize("shape", [(600, 200), (200, 600), (4000, 10), (10, 4000)])
def test_a_sponsors_words_and_mark_keep_apart_and_inside_their_fifth_of_the_board(size, shape):
    mark = SPONSOR.model_copy(update={"picture": SPONSOR.picture.model_copy(update={"width": shape[0], "height": shape[1]})})
    (page, *_) = lay_out(board(notice("hop", TITLE, SHORT), sponsor=mark, ticker=()), size, PangoMeasure())
    elements = list(page.elements)
    words = next(line for line in elements if isinstance(line, Line) and "tài trợ" in text_of(line.runs))
    after = elements[elements.index(words) + 1 :]
    image = next((image for image in after if isinstance(image, Image)), None)
    zone = elements[elements.index(words) - 1].box
    assert zone.width * zone.height <= 0.2 * size[0] * size[1]
    last = ink(words)[1]
    assert words.box.y + last <= zone.bottom
    if image is not None:
        tile = after[after.index(image) - 1].box
        assert zone.x <= tile.x <= image.box.x < image.box.right <= tile.right <= zone.right
        assert zone.y <= tile.y <= image.box.y < image.box.bottom <= tile.bottom <= zone.bottom
        assert words.box.y + last <= tile.y or words.box.right <= tile.x
    assert image is not None or min(size) < 200
