"""Every page of a draft is drawn before anybody signs it, and what cannot be drawn is named while the rest goes on."""

import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from bangtin.main import main
from bangtin.preview.boards import Board, boards, unseen
from bangtin.preview.paint import Task, paint
from bangtin.preview.report import span
from bangtin.preview.scenes import Kind, scenes
from bangtin.preview.sheet import ACROSS, GAP, WIDTH, Cell, sheet
from bangtin.preview.work import each
from bundle.alert import Alert, RiskLevel, Status
from bundle.asset import Film, MediaType, blob_path
from bundle.errors import Refused
from bundle.items import Announcement, Notice, Spoken, Ticker, Wording
from bundle.layout import Layout, Span
from bundle.manifest import Bundle
from display.look.eyes import Eyes
from display.look.layouts import BUILT_IN
from tests.bangtin.deadly import square
from tests.simulators.content import CHANNEL, PROVENANCE, clip_of, flood_alert, picture_of

MADE = datetime(2026, 11, 26, 3, tzinfo=UTC)
KHMER = Wording(language="km", title="ប្រជុំភូមិ", body="សូមអញ្ជើញប្រជុំភូមិ នៅម៉ោង ៧ យប់។")
MEETING = Notice(
    id="hop-thon",
    provenance=PROVENANCE,
    versions=(KHMER, Wording(language="vi", title="Họp thôn tối thứ Bảy", body="Mời bà con họp lúc 19 giờ.\n\n" + "Nội dung dài. " * 12)),
)


def png(colour: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(data, "PNG")
    return data.getvalue()


class Desk:
    """A draft on disk, and what the command makes of it."""

    def __init__(self, folder: Path) -> None:
        self.draft, self.out = folder / "draft", folder / "preview"
        self.notices: tuple[Notice, ...] = (MEETING,)
        self.spoken: tuple[Announcement, ...] = ()
        self.alerts: dict[str, Alert] = {}
        self.layouts: tuple[Layout, ...] = ()

    def bundle(self) -> Bundle:
        ticker = Ticker(id="chay", provenance=PROVENANCE, versions=(Wording(language="vi", title="Không lội qua suối khi lũ lên."),))
        return Bundle(
            format=1,
            channel=CHANNEL,
            version=7,
            title="Bảng tin xã Bản Mẫu",
            area_name="Xã Bản Mẫu",
            contact="Trụ sở xã",
            made=MADE,
            valid_until=datetime(2026, 12, 26, tzinfo=UTC),
            notices=self.notices,
            tickers=(ticker,),
            announcements=self.spoken,
            layouts=self.layouts,
        )

    def keep(self, blob: bytes) -> None:
        path = self.draft / blob_path(picture_of(blob).sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(blob)

    def write(self) -> None:
        (self.draft / "alerts").mkdir(parents=True, exist_ok=True)
        (self.draft / "bundle.json").write_text(self.bundle().model_dump_json(), encoding="utf-8")
        for slug, alert in self.alerts.items():
            (self.draft / "alerts" / f"{slug}.json").write_text(alert.model_dump_json(), encoding="utf-8")

    def preview(self, *words: object, code: int = 0) -> str:
        self.write()
        done = CliRunner().invoke(main, ["publish", "preview", str(self.draft), "--out", str(self.out), *map(str, words)])
        assert done.exit_code == code, done.output
        return done.output

    def seen(self) -> list[dict]:
        return json.loads((self.out / "preview.json").read_text(encoding="utf-8"))["seen"]

    def task(self, notice: Notice) -> Task:
        self.notices = (notice,)
        self.write()
        return Task(self.draft, self.out, SMALL, SMALL.lights[0], scenes(self.bundle(), {})[0], MADE)


SMALL = Board("wall", (192, 96), Eyes(10.0, 25.0))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_every_version_of_every_item_is_drawn_on_every_board_and_read_on_one_page(desk: Desk) -> None:
    drill = flood_alert(MADE, identifier="dien-tap").alerts[0]
    desk.alerts = {"dien-tap": drill.model_copy(update={"status": Status.EXERCISE, "level": RiskLevel.RED})}
    desk.spoken = (Announcement(id="loi-chao", provenance=PROVENANCE, versions=(spoken("Chào bà con", 2.0),)),)
    told = desk.preview("--processes", 1)
    seen = desk.seen()
    assert {each["board"] for each in seen} == {layout.name for layout in BUILT_IN}
    assert {(each["kind"], each["language"]) for each in seen} == {
        ("notice", "vi"),
        ("notice", "km"),
        ("caption", "vi"),
        ("exercise", "vi"),
    }
    assert {each["light"] for each in seen if each["board"] == "landscape"} == {"day", "night"}
    sizes = {board.name: board.size for board in boards((), ())}
    for each_ in seen:
        assert each_["pages"]
        for page in each_["pages"]:
            assert page["seconds"] > 1
            with Image.open(desk.out / page["file"]) as picture:
                assert picture.size == sizes[each_["board"]]
    assert str(desk.out / "index.html") in told
    html = (desk.out / "index.html").read_text(encoding="utf-8")
    assert html.index("Họp thôn tối thứ Bảy") < html.index("ប្រជុំភូមិ"), "Vietnamese first"
    assert "<script" not in html
    for name in re.findall(r'(?:src|href)="([^"#]+)"', html):
        assert (desk.out / name).is_file(), name
    assert {path.name for path in desk.out.glob("sheet-*.png")} == {f"sheet-{layout.name}.png" for layout in BUILT_IN}


def spoken(body: str, seconds: float) -> Spoken:
    clip = clip_of(b"x").model_copy(update={"duration": seconds})
    return Spoken(language="vi", title="Lời chào", body=body, clip=clip, voice="máy", reviewer="Vi Thị Dụ")


def test_a_text_that_is_longer_than_its_speech_is_told(desk: Desk) -> None:
    quick = Announcement(id="nhanh", provenance=PROVENANCE, versions=(spoken("Nội dung rất dài. " * 60, 2.0),))
    slow = Announcement(id="cham", provenance=PROVENANCE, versions=(spoken("Ngắn.", 30.0),))
    desk.spoken = (quick, slow)
    desk.preview("--board", "wall", "--processes", 1)
    html = (desk.out / "index.html").read_text(encoding="utf-8")
    assert html.count("chữ chưa đọc hết thì trang đã đổi") == 1
    assert html.index("nhanh · vi") < html.index("chữ chưa đọc hết") < html.index("cham · vi")


def test_a_picture_that_is_not_there_is_named_and_the_rest_is_drawn(desk: Desk) -> None:
    here, gone = png("red"), png("blue")
    desk.keep(here)
    picture = [picture_of(here), picture_of(gone)]
    anh = [Notice(id=f"anh-{n}", provenance=PROVENANCE, versions=MEETING.versions[1:], pictures=(picture[n],)) for n in (0, 1)]
    desk.notices = (MEETING, *anh)
    told = desk.preview("--board", "wall,strip", "--processes", 1, code=1)
    assert told.count("✗") == 1
    assert "✗ anh-1 (vi) [wall, strip]: anh-1: ảnh / picture 1: " in told
    assert all(each["pages"] for each in desk.seen())
    assert "✗ anh-1" in (desk.out / "index.html").read_text(encoding="utf-8")


def test_a_film_stands_still_as_its_poster_and_is_no_problem(desk: Desk) -> None:
    poster = io.BytesIO()
    Image.new("RGB", (320, 180), (255, 0, 255)).save(poster, "PNG")
    desk.keep(poster.getvalue())
    still = picture_of(poster.getvalue()).model_copy(update={"width": 320, "height": 180})
    film = Film(sha256="f" * 64, size=9, media=MediaType.VIDEO, width=320, height=180, rate=25.0, duration=5.0, poster=still)
    desk.notices = (Notice(id="phim", provenance=PROVENANCE, versions=(Wording(language="vi", title="Phim ngắn"),), film=film),)
    desk.preview("--board", "landscape", "--processes", 1)
    assert all(each["pages"] and not each["problem"] for each in desk.seen())


def test_a_page_that_cannot_be_drawn_is_a_problem_of_its_item(desk: Desk) -> None:
    # No signed notice has such a link: this is what a fault of the renderer looks like.
    task = desk.task(MEETING)
    main = task.scene.decision.main
    notice = main.notice.model_copy(update={"link": "https://x.example/" + "a" * 5000})
    decision = replace(task.scene.decision, main=replace(main, notice=notice))
    result = paint(replace(task, board=Board("landscape", (1920, 1080), Eyes()), scene=replace(task.scene, decision=decision)))
    assert "cannot be drawn" in result.problem
    assert paint(task).problem == ""


def test_work_that_kills_its_process_costs_only_itself() -> None:
    assert dict(each(square, range(6), 2)) == {0: 0, 1: 1, 2: 4, 3: None, 4: 16, 5: 25}


def test_a_second_preview_replaces_the_first_and_nothing_else(desk: Desk) -> None:
    desk.preview("--board", "line,strip", "--processes", 1)
    stranger = desk.out / "of-the-officer.txt"
    stranger.write_text("x")
    desk.preview("--board", "line", "--processes", 1)
    assert not (desk.out / "sheet-strip.png").exists()
    assert not (desk.out / "pages" / "strip").exists()
    assert stranger.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--board", "lanscape"), "no such layout"),
        (("--board", "10x10"), "--board 10x10"),
        (("--out", "{draft}/inside"), "lies in the draft"),
        (("--out", "{foreign}"), "not an earlier preview"),
    ],
)
def test_what_it_cannot_do_is_one_sentence(desk: Desk, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.txt").write_text("x")
    output = desk.preview(*(word.format(draft=desk.draft, foreign=tmp_path / "foreign") for word in words), code=2)
    assert told in output
    assert (tmp_path / "foreign" / "thesis.txt").exists()


def test_an_officers_folder_is_not_a_draft_yet(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["publish", "preview", str(tmp_path), "--out", str(tmp_path.parent / "x")])
    assert done.exit_code == 2
    assert "bangtin publish draft" in done.output


def test_the_drafts_own_layouts_have_boards_of_their_shape() -> None:
    wide = Layout(name="man-cong-xa", aspect=Span(least=1.5), lines=Span(least=4.0, most=12.0))
    odd = Layout(name="cot", aspect=Span(most=0.1))
    assert [board.size for board in boards((wide, odd), ("man-cong-xa",))] == [(512, 256)]
    assert unseen((wide, odd)) == ("cot",)
    with pytest.raises(Refused, match="man-cong-xa"):
        boards((wide,), ("cot",))


def test_a_board_that_somebody_has_is_described_by_its_pixels_their_pitch_and_the_distance() -> None:
    (own,) = boards((), ("384x192@5/12",))
    assert (own.name, own.size, own.eyes, own.led) == ("384x192", (384, 192), Eyes(5.0, 12.0), True)
    assert boards((), ("1280x720",))[0].eyes == Eyes()
    assert boards((), ("256x32@10/25",))[0].size == boards((), ("line",))[0].size
    with pytest.raises(Refused, match=r"99999x10.*lớn quá / too large.*nhỏ quá / too small.*at least 32"):
        boards((), ("99999x10",))
    with pytest.raises(Refused, match=r"1\.2\.3.*384x192@5/12"):
        boards((), ("256x32@1.2.3/5",))


def test_a_sheet_is_no_wider_than_a_screen_and_its_titles_end_in_their_cells(tmp_path: Path) -> None:
    Image.new("RGB", (800, 450), "red").save(tmp_path / "page.png")
    sheet([Cell(tmp_path / "page.png", "Một tiêu đề rất dài " * 9, "1/1")] * 7, "Bảng", tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as made:
        pixels = made.convert("RGB")
    assert pixels.width <= WIDTH
    gap = pixels.crop((GAP + ACROSS + 1, 0, 2 * GAP + ACROSS - 1, pixels.height)).getcolors()
    assert gap is not None
    assert len(gap) == 1, "nothing is written between two cells"


def test_signing_does_not_wait_for_the_renderer() -> None:
    code = "import sys, bangtin.publish\nassert not [name for name in ('pygame', 'display.paint.painter') if name in sys.modules]"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_seconds_are_told_as_people_say_them() -> None:
    assert [span(seconds) for seconds in (6.2, 59.6, 125)] == ["6 giây", "1 phút 00", "2 phút 05"]


def test_emergencies_come_before_exercises_and_both_before_notices(desk: Desk) -> None:
    real, drill = flood_alert(MADE, identifier="z").alerts[0], flood_alert(MADE, identifier="a").alerts[0]
    alerts = {"z": real, "a": drill.model_copy(update={"status": Status.EXERCISE})}
    kinds = [scene.kind for scene in scenes(desk.bundle(), alerts)]
    assert kinds == [Kind.EMERGENCY, Kind.EXERCISE, Kind.NOTICE, Kind.NOTICE]
