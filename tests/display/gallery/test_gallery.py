"""The gallery's own checks: each fails when what it measures falls short, and a few pages of every board pass them all."""

import numpy as np
import pytest
from PIL import Image

from display.look.theme import NIGHT
from display.page import Code, Face, Line, Page, Rect, plain
from tests.display.gallery.boards import BOARDS
from tests.display.gallery.checks import codes, decoded, measured, readable
from tests.display.gallery.painted import drawn, pages, shown
from tests.display.gallery.read import letters_read, right
from tests.display.gallery.report import ALL
from tests.display.gallery.scenes import LINK, scenes
from tests.display.gallery.set_up import set_up_scenes

SCENES = {scene.name: scene for board in BOARDS for scene in scenes(board)}
ANY = SCENES["landscape-vi-night"]
INK = NIGHT.page.ink


def page_of(*elements, size=(640, 360)):
    return Page("x", size, NIGHT.page.ground, elements, 6.0)


def line(text, size=60, colour=INK, width=600):
    face = Face(size, colour)
    return Line(Rect(20, 40, width, face.line), plain(text), face)


def faults(page):
    return measured(ANY, page, drawn(page, lines=True)).faults


def test_letters_that_are_large_and_stand_out_pass():
    assert faults(page_of(line("Họp thôn"))) == []


def test_small_letters_fail_also_when_only_a_box_too_narrow_makes_them_small():
    assert "capitals" in faults(page_of(line("Họp thôn", size=30)))[0]
    assert "capitals" in faults(page_of(line("Họp thôn tối thứ Bảy", width=200)))[0]


@pytest.mark.parametrize("size", [16, 60])
def test_letters_like_their_ground_fail_and_the_edges_of_good_ones_do_not(size):
    near = tuple(part + 60 for part in NIGHT.page.ground)
    assert any("contrast" in fault for fault in faults(page_of(line("Họp thôn", size, near))))
    assert not any("contrast" in fault for fault in faults(page_of(line("Họp thôn", size))))


def test_a_line_that_leaves_no_ink_fails():
    assert any("contrast 1.0" in fault for fault in faults(page_of(line("Họp thôn", colour=NIGHT.page.ground))))


@pytest.mark.parametrize(("side", "small"), [(190, False), (40, True)])
def test_a_code_is_read_by_another_program_and_one_that_is_too_small_fails(side, small, tmp_path):
    page = page_of(Code(Rect(400, 100, side, side), LINK))
    picture, file = drawn(page, lines=True), tmp_path / "code.png"
    Image.fromarray(picture).save(file)
    found = codes(ANY, (page,), [picture], [file])
    assert small or decoded(file) == [LINK]
    assert any("pixels a module" in fault for fault in found.faults) is small
    assert bool(found.faults) is small


def test_a_link_without_a_code_asks_for_telephone_and_place(tmp_path):
    bare, told = page_of(line("Họp thôn")), page_of(line(ANY.decision.contact))
    for page, wrong in ((bare, True), (told, False)):
        picture = drawn(page, lines=True)
        assert bool(codes(ANY, (page,), [picture], [tmp_path / "none.png"]).faults) is wrong


def test_a_machine_reads_what_is_written_and_not_what_is_not():
    page = page_of(line("Họp thôn tối thứ Bảy"))
    assert letters_read(page, drawn(page, lines=True)) == [("HọpthôntốithứBảy",) * 2]
    ((meant, seen),) = letters_read(page, np.zeros_like(drawn(page, lines=True)))
    assert right(meant, seen) == 0
    assert right("ẤẪỘỰ", "AAOU") == 0


FEW = ("vi-day", "km-level-4", "mixed-level-5", "vi-exercise", "hmn-test")


@pytest.mark.parametrize("board", [board.name for board in BOARDS])
@pytest.mark.parametrize("few", FEW)
def test_a_few_pages_of_every_board_pass(board, few, tmp_path):
    scene = SCENES[f"{board}-{few}"]
    every = pages(scene)
    pictures = [shown(page, scene) for page in every]
    files = [tmp_path / f"{n}.png" for n in range(len(every))]
    for picture, file in zip(pictures, files, strict=True):
        Image.fromarray(picture).save(file, compress_level=1)
    for page, picture in zip(every, pictures, strict=True):
        assert measured(scene, page, picture).faults == []
    assert codes(scene, every, pictures, files).faults == []


def test_a_machine_reads_99_of_100_letters_of_vietnamese_pages():
    read = [
        pair
        for scene in (SCENES["landscape-vi-night"], SCENES["portrait-vi-day"])
        for page in pages(scene)
        for pair in letters_read(page, shown(page, scene))
    ]
    assert sum(right(meant, seen) for meant, seen in read) >= ALL * sum(len(meant) for meant, _ in read), read


@pytest.mark.parametrize(
    "scene", [scene for board in BOARDS for scene in set_up_scenes(board) if scene.column == "day"], ids=lambda scene: scene.name
)
def test_a_unit_that_is_being_set_up_can_be_read_and_scanned_on_every_board(scene, tmp_path):
    every = scene.pages()
    pictures = [shown(page, scene) for page in every]
    files = [tmp_path / f"{n}.png" for n in range(len(every))]
    for picture, file in zip(pictures, files, strict=True):
        Image.fromarray(picture).save(file, compress_level=1)
    for page, picture in zip(every, pictures, strict=True):
        assert measured(scene, page, picture).faults == []
    assert readable(scene.name, every, pictures, files).faults == []
    if scene.story == "scan":
        text = "\n".join(page.text() for page in every)
        assert "048 213" in text
        assert all(any(isinstance(part, Code) for part in page.elements) for page in every) or "bangtin.tinh-mau.example/e" in text.replace(
            "\n", ""
        )
