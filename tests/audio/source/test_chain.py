"""Several recordings as one source, by real decoders: no sample between them, each at its own loudness, and none is waited for."""

import selectors
from contextlib import closing
from dataclasses import dataclass

import numpy as np
import pytest

from audio.driver.ring import RATE
from audio.source.sources import open_source, signed_gain, unspoken
from bundle.base import BulletinClass
from device.boottime import boottime
from device.errors import ClipUnplayable
from director.decision import Clips, Utterance
from tests.audio.village import clip_of, wav
from tests.director import village

PIECES = (np.full(30_001, 3000, np.int16), np.full(21_003, -5000, np.int16), np.full(9_999, 7000, np.int16))


@dataclass
class Shelf:
    """Recordings of steady levels in a folder; `here` are the files that have come."""

    clips: tuple
    here: dict

    def find(self, clip):
        return self.here.get(clip.sha256)

    def source(self, resume=0.0):
        said = Utterance(
            "alert:x", "vn.20", 1, "x", BulletinClass.EMERGENCY, "vi", Clips(self.clips), "", village.at("06:00"), resume=resume
        )
        return open_source(said, self.find, boottime())


@pytest.fixture
def shelf(tmp_path):
    clips, here = [], {}
    for number, (piece, gain) in enumerate(zip(PIECES, (0.0, 6.0, -6.0), strict=True)):
        blob, path = wav(piece), tmp_path / f"{number}.wav"
        path.write_bytes(blob)
        clips.append(clip_of(blob, f"{number}" * 64, len(piece) / RATE, gain))
        here[clips[-1].sha256] = path
    return Shelf(tuple(clips), here)


def play(source, at_start=lambda: None):
    """Every sample of *source*; *at_start* is called after the first ones."""
    found, selector, patience = [], selectors.DefaultSelector(), boottime() + 30
    with closing(source):
        while not source.finished and boottime() < patience:
            found.append(source.read(4096, boottime()))
            if len(found[-1]):
                at_start()
            else:
                selector.select(0.005)
    return np.concatenate(found)


def level(piece, decibels):
    """*piece* below the loudest of them."""
    return (piece.astype(np.float32) * np.float32(10 ** (decibels / 20))).astype(np.int16)


def test_the_parts_follow_each_other_without_a_sample_between_and_each_keeps_its_own_gain(shelf):
    heard = play(shelf.source())
    expected = np.concatenate([level(PIECES[0], -6.0), PIECES[1], level(PIECES[2], -12.0)])
    assert np.array_equal(heard, expected)
    assert signed_gain(Clips(shelf.clips)) == 6.0, "the mixer gives all of them that of the loudest"


def test_a_part_that_has_not_come_is_passed_over_and_one_that_comes_in_time_is_heard(shelf):
    late = shelf.here.pop(shelf.clips[2].sha256)
    assert np.array_equal(play(shelf.source()), np.concatenate([level(PIECES[0], -6.0), PIECES[1]]))
    heard = play(shelf.source(), lambda: shelf.here.update({shelf.clips[2].sha256: late}))
    assert np.array_equal(heard[-len(PIECES[2]) :], level(PIECES[2], -12.0))


@pytest.mark.parametrize(("missing", "told", "faulty"), [((), 0, 0), ((0,), 1, 1), ((1,), 1, 1), ((2,), 1, 0), ((0, 2), 2, 1)])
def test_what_was_not_spoken_is_named_and_only_the_last_part_may_still_be_on_its_way(shelf, missing, told, faulty):
    for number in missing:
        del shelf.here[shelf.clips[number].sha256]
    source = shelf.source()
    play(source)
    assert unspoken(source).count("sha256") == told
    assert unspoken(source, but_the_last=True).count("sha256") == faulty
    assert all(f"{number + 1}/3 (sha256 {shelf.clips[number].sha256[:16]}" in unspoken(source) for number in missing)


def test_when_no_part_has_come_nothing_is_played(shelf):
    shelf.here.clear()
    with pytest.raises(ClipUnplayable, match="none of the recordings is here"):
        shelf.source()


@pytest.mark.parametrize(("resume", "samples"), [(0.25, 12_000), (30_001 / RATE, 30_001), (0.8, 38_400)])
def test_it_goes_on_at_an_offset_into_the_whole(shelf, resume, samples):
    expected = np.concatenate([level(PIECES[0], -6.0), PIECES[1], level(PIECES[2], -12.0)])
    assert np.array_equal(play(shelf.source(resume)), expected[samples:])


def test_a_part_that_cannot_be_decoded_is_told(shelf):
    shelf.here[shelf.clips[1].sha256].write_bytes(b"?" * shelf.clips[1].size)
    with pytest.raises(ClipUnplayable, match="decoder ended"):
        play(shelf.source())
