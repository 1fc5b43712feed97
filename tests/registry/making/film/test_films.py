"""Films at making: what a board can show passes without its sound and secrets, everything else is refused with a command that works."""

import re
import shlex
import subprocess
from pathlib import Path

import av
import pytest

from bundle.asset import blob_path
from bundle.errors import Refused
from bundle.manifest import assets
from registry.making.blobs import Blobs
from registry.making.film.films import make_film
from registry.making.film.limits import FilmLimits
from tests.registry.making.officework import NOTICE, Office
from tests.simulators.films import write_film

LIMITS = FilmLimits()


def refusal(path: Path, blobs: Blobs, limits: FilmLimits = LIMITS) -> str:
    with pytest.raises(Refused) as refused:
        make_film(path, "notices/a.vi.md: film", blobs, limits)
    (complaint,) = refused.value.complaints
    assert complaint.where == "notices/a.vi.md: film"
    return f"{complaint.what} → {complaint.do}"


def mended(told: str, folder: Path) -> Path:
    """What the command of a refusal makes of the film, run as an officer would run it."""
    command = shlex.split(told[told.index("ffmpeg ") :])
    subprocess.run([command[0], "-v", "error", *command[1:]], cwd=folder, check=True, stdin=subprocess.DEVNULL)
    return folder / command[-1]


def test_a_film_that_fits_is_kept_as_it_is(tmp_path: Path, blobs: Blobs) -> None:
    film = make_film(write_film(tmp_path / "a.mp4", frames=50), "x", blobs, LIMITS)
    assert (film.width, film.height) == (160, 90)
    assert film.duration == pytest.approx(2.0, abs=0.001)
    assert film.rate == pytest.approx(25, abs=0.1)
    assert (film.poster.width, film.poster.height) == (160, 90)
    with av.open(str(blobs.root / blob_path(film.sha256))) as kept:
        assert sum(1 for _ in kept.decode(video=0)) == 50


def test_sound_titles_and_the_place_where_it_was_taken_are_left_out_and_its_index_stands_in_front(tmp_path: Path, blobs: Blobs) -> None:
    path = write_film(tmp_path / "a.mp4", sound=True)
    assert b"nh\xc3\xa0 \xc3\xb4ng M\xe1\xba\xabu" in path.read_bytes()
    film = make_film(path, "x", blobs, LIMITS)
    data = (blobs.root / blob_path(film.sha256)).read_bytes()
    with av.open(str(blobs.root / blob_path(film.sha256))) as kept:
        assert [stream.type for stream in kept.streams] == ["video"]
    assert b"M\xe1\xba\xabu" not in data
    assert b"+21.0285" not in data
    assert data.index(b"moov") < data.index(b"mdat")


def test_the_same_file_makes_the_same_blob(tmp_path: Path, blobs: Blobs) -> None:
    path = write_film(tmp_path / "a.mp4")
    assert make_film(path, "x", blobs, LIMITS) == make_film(path, "x", blobs, LIMITS)


def test_the_poster_is_no_black_picture(tmp_path: Path, blobs: Blobs) -> None:
    command = "ffmpeg -v error -f lavfi -i color=black:s=160x90:r=25:d=1 -f lavfi -i testsrc2=s=160x90:r=25:d=1"
    filters = ["-filter_complex", "[0][1]concat,format=yuv420p", str(tmp_path / "a.mp4")]
    subprocess.run([*command.split(), *filters], check=True)
    film = make_film(tmp_path / "a.mp4", "x", blobs, LIMITS)
    from PIL import Image

    with Image.open(blobs.root / blob_path(film.poster.sha256)) as poster:
        assert max(high for _, high in poster.convert("RGB").getextrema()) > 200


UNFIT = {
    "HEVC": ("-c:v libx265 -x265-params log-level=none", "hevc.*H.264 only"),
    "ten bits": ("-c:v libx264 -pix_fmt yuv420p10le", "High 10"),
    "4:4:4": ("-c:v libx264 -pix_fmt yuv444p", "High 4:4:4"),
    "level 5.1": ("-c:v libx264 -pix_fmt yuv420p -level:v 5.1", r"level 5\.1"),
    "interlaced": ("-c:v libx264 -pix_fmt yuv420p -flags +ildct+ilme -x264opts tff=1", "interlaced"),
    "wide pixels": ("-c:v libx264 -pix_fmt yuv420p -vf setsar=2", "square pixels"),
    "too large": ("-c:v libx264 -pix_fmt yuv420p -s 2560x1440 -frames:v 8", "2560 x 1440"),
    "odd": ("-c:v libx264 -pix_fmt yuv444p -s 161x91", "161 x 91"),
    "fast": ("-c:v libx264 -pix_fmt yuv420p -r 60", "60.0 .*frames a second"),
    "another codec": ("-c:v mpeg4", "mpeg4"),
    "HDR": ("-c:v libx264 -pix_fmt yuv420p -color_trc smpte2084 -color_primaries bt2020 -colorspace bt2020nc", "high dynamic range"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_what_a_board_cannot_decode_is_refused_with_the_reason_and_a_command_that_mends_it(tmp_path: Path, blobs: Blobs, name: str) -> None:
    options, reason = UNFIT[name]
    path = tmp_path / f"phim {name}.mp4".replace(":", "")
    command = f"ffmpeg -v error -f lavfi -i testsrc2=s=320x180:r=25:d=1 {options}"
    subprocess.run([*command.split(), str(path)], check=True)
    told = refusal(path, blobs)
    assert re.search(reason, told), told
    film = make_film(mended(told, tmp_path), "x", blobs, LIMITS)
    assert film.width * film.height <= 1920 * 1080
    assert film.rate <= 30.5
    if name == "wide pixels":
        assert film.width / film.height == pytest.approx(32 / 9, rel=0.02)


def test_a_film_made_with_the_telephone_upright_is_turned_by_the_command(tmp_path: Path, blobs: Blobs) -> None:
    told = refusal(write_film(tmp_path / "a.mp4", turned=90), blobs)
    assert "turned by" in told
    film = make_film(mended(told, tmp_path), "x", blobs, LIMITS)
    assert (film.width, film.height) == (90, 160)


def test_one_command_mends_every_fault_at_once(tmp_path: Path, blobs: Blobs) -> None:
    """Also of a file whose name would be an option, or a word of the shell."""
    path = tmp_path / "-y $(phim) 'nhà ta'.mov"
    write_film(tmp_path / "a.mov", frames=100, rate=50, size=(2000, 1200), pixels="yuv444p", sound=True)
    (tmp_path / "a.mov").rename(path)
    told = refusal(path, blobs, FilmLimits(seconds=1))
    for reason in ("2000 x 1200", "50.0", "yuv444p", "2 giây"):
        assert reason in told
    film = make_film(mended(told, tmp_path), "x", blobs, FilmLimits(seconds=1))
    assert film.duration <= 1
    assert (film.width, film.height) == (1800, 1080)


def test_a_film_too_heavy_for_the_village_is_refused_with_a_lighter_one(tmp_path: Path, blobs: Blobs) -> None:
    noise = "ffmpeg -v error -f lavfi -i nullsrc=s=320x180:r=25:d=2,geq=random(1)*255:128:128 -c:v libx264 -pix_fmt yuv420p"
    subprocess.run([*noise.split(), str(tmp_path / "a.mp4")], check=True)
    limits = FilmLimits(megabytes=0.3)
    told = refusal(tmp_path / "a.mp4", blobs, limits)
    assert "MB, at most 0.3" in told
    assert make_film(mended(told, tmp_path), "x", blobs, limits).size < 0.3e6


def test_frames_that_are_not_evenly_apart_pass_if_no_second_is_too_busy(tmp_path: Path, blobs: Blobs) -> None:
    uneven = [n / 20 + (0.02 if n % 3 else 0.0) for n in range(40)]
    film = make_film(write_film(tmp_path / "a.mp4", frames=40, rate=20, times=uneven), "x", blobs, LIMITS)
    assert film.rate == pytest.approx(20, rel=0.05)
    busy = [n / 100 for n in range(50)] + [1.0 + n for n in range(10)]
    assert "frames a second" in refusal(write_film(tmp_path / "b.mp4", frames=60, rate=25, times=busy), blobs)


def test_what_is_cut_off_empty_or_no_film_is_refused(tmp_path: Path, blobs: Blobs) -> None:
    whole = write_film(tmp_path / "whole.mp4", frames=100)
    film = make_film(whole, "x", blobs, LIMITS)
    data = (blobs.root / blob_path(film.sha256)).read_bytes()
    spoiled = bytearray(data)
    spoiled[len(data) // 2 : len(data) // 2 + 200] = bytes(200)
    for name, bad in {"cut": data[:-2000], "head": data[:900], "empty": b"", "text": b"xin chao " * 99, "spoiled": bytes(spoiled)}.items():
        (tmp_path / f"{name}.mp4").write_bytes(bad)
        assert re.search(r"damaged|cannot be read", refusal(tmp_path / f"{name}.mp4", blobs)), name
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=d=1", str(tmp_path / "sound.mp4")], check=True)
    assert "no moving pictures" in refusal(tmp_path / "sound.mp4", blobs)


def test_a_notice_carries_its_film_and_units_fetch_it_with_its_poster(office: Office) -> None:
    write_film(office.folder / "notices" / "clip.mp4")
    office.write("notices/hop-thon.vi.md", NOTICE.replace("title", 'film = "clip.mp4"\ntitle'))
    bundle = office.draft().bundle
    film = bundle.notices[0].film
    assert film is not None
    assert {film.sha256, film.poster.sha256} <= assets(bundle).keys()
    office.write("notices/hop-thon.vi.md", NOTICE.replace("title", 'film = "khac.mp4"\ntitle'))
    assert "no such file" in office.complaints()["notices/hop-thon.vi.md: film"]


def test_the_commune_sets_how_long_a_film_may_be(office: Office) -> None:
    write_film(office.folder / "notices" / "clip.mp4", frames=60)
    office.write("notices/hop-thon.vi.md", NOTICE.replace("title", 'film = "clip.mp4"\ntitle'))
    programme = (office.folder / "programme.toml").read_text(encoding="utf-8")
    office.write("programme.toml", programme + "\n[film]\nseconds = 2.0\n")
    assert "at most 2" in office.complaints()["notices/hop-thon.vi.md: film"]
