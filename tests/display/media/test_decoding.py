"""A film's decoder as a real process: every picture in its time, and a clear word whatever file, signal or lie comes."""

import gc
import os
import random
import signal
import subprocess
import sys

import psutil
import pytest

from display.media.decode import MEMORY
from display.media.decoding import Patience
from display.media.ring import SLOTS, TOLD
from tests.audio.conftest import until
from tests.display.media.conftest import signed
from tests.simulators.films import shade, write_film


def first_pixel(pixels):
    """The lightest of blue, green and red at the middle of the last row, where the ground is."""
    return max(bytes(pixels[-4 * 80 : -4 * 80 + 3]))


def number_of(pixels):
    """Which frame (modulo 25) stands in *pixels*."""
    light = first_pixel(pixels)
    return min(range(25), key=lambda n: abs(shade(n) - light))


def played(decoding, step=0.04, seconds=60.0):
    """Every picture with its second and the second at which it was asked for, by a clock that stands still until one is due."""
    found, now = [], 0.001
    while not decoding.over and now < seconds:
        # The decoder may take what time it needs: the clock of this test waits for it.
        due = until(lambda now=now: decoding.due(now, 0.0) or (decoding.second > now or decoding.over), "the next picture")
        if due is not True:
            found.append((number_of(due.pixels), due.second, now))
        now += step
    return found


def test_every_picture_comes_in_its_time_scaled_to_its_place(film, decoder):
    seen = played(decoder(*film(50), box=(320, 180)))
    assert [number for number, _, _ in seen] == [n % 25 for n in range(50)]
    assert all(abs(second - now) < 0.041 for _, second, now in seen)


@pytest.mark.parametrize("box", [(161, 91), (33, 200), (640, 360)])
def test_rows_of_any_width_stand_one_below_the_other(film, decoder, box):
    decoding = decoder(*film(3), box=box)
    due = until(lambda: decoding.due(0.0, 0.0), "the first picture")
    rows = [bytes(due.pixels[row * box[0] * 4 : (row + 1) * box[0] * 4]) for row in range(box[1])]
    ground = {value for row in rows[box[1] // 2 :] for n in range(0, len(row), 4) for value in row[n : n + 3]}
    assert max(ground) - min(ground) <= 2, "the lower half is of one colour"
    assert max(max(row[0::4]) for row in rows[: box[1] // 8]) > 200, "and the bar is above it"


def test_frames_that_are_not_evenly_apart_come_at_their_own_times(film, decoder):
    times = [0.0, 0.1, 0.15, 0.5, 0.52, 1.0]
    seen = played(decoder(*film(6, times=times)), step=0.01)
    assert [second for _, second, _ in seen] == pytest.approx(times, abs=0.001)
    assert all(0 <= now - second < 0.011 for _, second, now in seen)


def test_a_film_of_ten_frames_a_second_and_an_uncommon_shape(film, decoder):
    seen = played(decoder(*film(20, size=(98, 222), rate=10), box=(98, 222)), step=0.1)
    assert len(seen) == 20


def test_the_board_that_comes_late_gets_the_newest_picture_and_counts_the_rest(film, decoder):
    decoding = decoder(*film(50))
    until(lambda: (decoding.listen(0.0), decoding.second >= 0.04 * (SLOTS - 1))[1], "a full ring")
    due = decoding.due(0.1, 0.0)
    assert (number_of(due.pixels), decoding.skipped) == (2, 2)


def test_a_decoder_that_falls_behind_leaves_pictures_out_and_catches_up(film, decoder):
    decoding = decoder(*film(200))
    until(lambda: decoding.due(0.0, 0.0), "the first picture")
    until(lambda: (decoding.due(4.0, 0.0), decoding.second >= 4.0)[1], "a picture of the fourth second")
    assert decoding.skipped > 50


def test_it_runs_ahead_only_as_far_as_the_ring_and_is_not_taken_for_hung(film, decoder):
    decoding = decoder(*film(100), patience=Patience(10.0, 2.0))
    until(lambda: (decoding.listen(0.0), decoding.second >= 0.04 * (SLOTS - 1))[1], "a full ring")
    for hour in range(5):
        decoding.listen(3600.0 * hour)
    assert (decoding.ended, decoding.problem) == (False, None)
    assert decoding.second == pytest.approx(0.04 * (SLOTS - 1))
    assert number_of(decoding.due(0.0, 20_000.0).pixels) == 0


def test_it_begins_where_it_is_told_to(film, decoder):
    seen = played(decoder(*film(50), offset=1.0))
    assert seen[0][:2] == (0, pytest.approx(1.0))
    assert len(seen) == 25


def test_it_says_what_decodes_the_film(film, decoder):
    decoding = decoder(*film(3))
    until(lambda: (decoding.listen(0.0), decoding.decoder)[1], "its name")
    assert decoding.decoder == "h264", "there is no hardware decoder on the machines on which this runs"


def ended(decoding, patience=30.0):
    until(lambda: (decoding.due(100.0, 0.0), decoding.ended)[1], "its end", patience)
    return decoding.problem


@pytest.mark.parametrize("seed", range(6))
def test_a_truncated_film_ends_at_the_last_picture_it_has(tmp_path, decoder, seed):
    """Signed like that by somebody else's publisher: what is cut in the file's way is already refused by its hash."""
    data = subprocess.run(
        "ffmpeg -v error -f lavfi -i testsrc2=s=160x90:r=25:d=3 -pix_fmt yuv420p -movflags faststart -f mp4 -y a.mp4 && cat a.mp4",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        check=True,
    ).stdout
    cut = random.Random(seed).randrange(1, len(data))
    (tmp_path / "cut.mp4").write_bytes(data[:cut])
    decoding = decoder(tmp_path / "cut.mp4", signed(tmp_path / "cut.mp4", 75))
    problem = ended(decoding)
    assert problem or decoding.second < 3.0
    assert decoding.second <= 3.0


@pytest.mark.parametrize("seed", range(6))
def test_flipped_bits_end_on_a_picture_or_a_word(tmp_path, decoder, seed):
    path = write_film(tmp_path / "a.mp4", 50)
    data, chance = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(40):
        data[chance.randrange(48, len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    decoding = decoder(path, signed(path, 50))
    ended(decoding)
    assert decoding.problem or decoding.ready


@pytest.mark.parametrize("data", [b"", b"\0" * 4000, b"xin chao " * 500], ids=["empty", "zeros", "text"])
def test_what_is_no_film_is_told(tmp_path, decoder, data):
    (tmp_path / "a.mp4").write_bytes(data + b" ")
    assert ended(decoder(tmp_path / "a.mp4", signed(tmp_path / "a.mp4", 50)))


def test_a_file_that_is_not_what_was_signed_shows_nothing(film, decoder):
    path, wanted = film(10)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    decoding = decoder(path, wanted)
    assert "SHA-256" in ended(decoding)
    assert not decoding.ready


def test_a_film_larger_than_it_was_signed_for_shows_nothing(film, decoder):
    """8K that claims to be small would cost a gigabyte."""
    path, wanted = film(2, size=(1280, 720))
    decoding = decoder(path, wanted.model_copy(update={"width": 160, "height": 90}))
    assert "1280 x 720" in ended(decoding)
    assert not decoding.ready


def test_a_film_that_grows_on_the_way_stops_there(tmp_path, decoder):
    """The header says 160 x 90, the stream itself goes on in 640 x 360."""
    write_film(tmp_path / "small.mp4", 10)
    write_film(tmp_path / "large.mp4", 90, (640, 360))
    join = "for f in small large; do ffmpeg -v error -i $f.mp4 -c copy -bsf h264_mp4toannexb -f h264 - ; done > all.h264"
    subprocess.run(f"{join}; ffmpeg -v error -r 25 -i all.h264 -c copy -movflags faststart all.mp4", shell=True, cwd=tmp_path, check=True)
    decoding = decoder(tmp_path / "all.mp4", signed(tmp_path / "all.mp4", 100))
    assert ended(decoding)
    assert decoding.second <= 0.4


def test_a_film_longer_than_it_was_signed_for_stops_there(film, decoder):
    path, wanted = film(100)
    decoding = decoder(path, wanted.model_copy(update={"duration": 1.0}))
    assert ended(decoding) is None
    assert 0.9 < decoding.second <= 1.0


def test_a_killed_decoder_is_told_and_its_last_picture_stays_readable(film, decoder):
    decoding = decoder(*film(200))
    due = until(lambda: decoding.due(0.0, 0.0), "the first picture")
    os.kill(decoding.pid, signal.SIGKILL)
    assert ended(decoding)
    assert number_of(due.pixels) in range(25)
    assert decoding.gone(5.0)


def test_a_frozen_decoder_is_ended_when_its_patience_is_over(film, decoder):
    decoding = decoder(*film(200), patience=Patience(10.0, 2.0))
    until(lambda: decoding.due(0.0, 0.0), "the first picture")
    os.kill(decoding.pid, signal.SIGSTOP)
    until(lambda: psutil.Process(decoding.pid).status() == psutil.STATUS_STOPPED, "its freezing")
    for now in (1.0, 2.0, 3.0, 3.9):
        decoding.due(100.0, now)
    decoding.due(100.0, 10.0)
    assert "treo" in (decoding.problem or "")
    assert decoding.gone(5.0)


@pytest.mark.parametrize("lie", [(5, 0, 0), (0, -1, 0), (0, 10**18, 0), (0, 0, -1)], ids=["number", "back", "far", "skipped"])
def test_a_decoder_that_tells_what_cannot_be_is_ended(film, decoder, lie, monkeypatch):
    import display.media.decoding as module

    liar = f"import os, sys, time; os.write(1, {TOLD.pack(*lie)!r}); os.read(0, 1)"
    monkeypatch.setattr(module, "command", lambda *_: ("python3", "-c", liar))
    decoding = decoder(*film(2))
    assert "cannot be" in ended(decoding)


def test_no_words_of_a_decoder_end_the_board(film, decoder, monkeypatch):
    import display.media.decoding as module

    said = b'{"problem": ["x"]}\n\xff{}\n' + b"[" * 1900 + b"\n"
    raver = f"import os; os.write(2, {said!r})"
    monkeypatch.setattr(module, "command", lambda *_: ("python3", "-c", raver))
    assert ended(decoder(*film(2))) == "['x']"


def test_nothing_is_left_over_after_many_films(film, decoder):
    path, wanted = film(5)
    for _ in range(3):
        played(decoder(path, wanted))
    here = psutil.Process()
    gc.collect()
    before = here.num_fds(), len(here.memory_maps(grouped=False)), len(here.children())
    for n in range(8):
        decoding = decoder(path, wanted)
        if n % 2:
            played(decoding)
        decoding.close()
        assert decoding.gone(5.0)
    gc.collect()
    assert (here.num_fds(), len(here.children())) == (before[0], before[2])
    assert len([each for each in here.memory_maps(grouped=False) if "bangtin-film" in each.path]) <= 11


def test_a_decoder_is_gone_when_its_board_was_killed(film):
    path, wanted = film(200)
    code = (
        "import sys; from pathlib import Path; from bundle.asset import Film; from display.media.decoding import Decoding\n"
        "decoding = Decoding(Path(sys.argv[1]), Film.model_validate_json(sys.argv[2]), (160, 90))\n"
        "print(decoding.pid, flush=True); sys.stdin.read()"
    )
    line = [sys.executable, "-c", code, str(path), wanted.model_dump_json()]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        until(lambda: "display.media.decode" in child.cmdline(), "the child's beginning")
        parent.kill()
    assert psutil.wait_procs([child], timeout=20)[1] == []


def test_a_full_hd_film_needs_far_less_than_the_child_may_take(film, decoder):
    decoding = decoder(*film(30, size=(1920, 1080)), box=(1920, 1080))
    until(lambda: decoding.due(0.0, 0.0), "the first picture")
    child = psutil.Process(decoding.pid)
    assert child.memory_info().vms < 0.7 * MEMORY
    assert child.rlimit(psutil.RLIMIT_AS) == (MEMORY, MEMORY)
    assert child.nice() > psutil.Process().nice()
