"""A stream is cut so that nothing of it is lost, and whoever joins anywhere hears the rest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundle.errors import Refused
from registry.live.frames import Frame
from registry.live.kinds import framer_for
from tests.simulators.speech import heard, spoken

MEDIA = ["audio/ogg", "audio/webm"]


def cut(media: str, data: bytes, sizes: list[int]) -> list[Frame]:
    framer, found, at = framer_for(media), list[Frame](), 0
    for size in sizes:
        found += framer.feed(data[at : at + size])
        at += size
    return found + framer.feed(data[at:])


@pytest.mark.parametrize("media", MEDIA)
@given(sizes=st.lists(st.integers(1, 900), max_size=60))
def test_however_it_arrives_every_byte_goes_on_in_the_same_pieces(media: str, sizes: list[int]) -> None:
    data = spoken(media)
    frames = cut(media, data, sizes)
    assert b"".join(frame.data for frame in frames) == data
    assert frames == cut(media, data, [])


@pytest.mark.parametrize("media", MEDIA)
@settings(max_examples=20)
@given(start=st.floats(0.0, 0.8))
def test_whoever_joins_in_the_middle_hears_the_rest_of_it(media: str, start: float) -> None:
    frames = cut(media, spoken(media), [])
    first = next(n for n in range(int(start * len(frames)), len(frames)) if frames[n].first)
    seconds, pitch = heard(frames[first].opening + b"".join(frame.data for frame in frames[first:]))
    assert seconds == pytest.approx(3.0 * (1 - first / len(frames)), abs=0.5)
    assert pitch == pytest.approx(440.0, abs=5.0)


def test_a_speaker_who_starts_their_recorder_again_is_joined_with_the_new_headers() -> None:
    twice = spoken("audio/ogg", 2.0, 440.0) + spoken("audio/ogg", 2.0, 880.0)
    frames = cut("audio/ogg", twice, [])
    last = next(n for n in range(len(frames) - 5, len(frames)) if frames[n].first)
    assert heard(frames[last].opening + b"".join(frame.data for frame in frames[last:]))[0] < 2.0
    assert frames[last].opening == next(frame for frame in cut("audio/ogg", spoken("audio/ogg", 2.0, 880.0), []) if frame.first).opening


@pytest.mark.parametrize(
    ("media", "data"),
    [
        ("audio/ogg", b"RIFF....WAVE"),
        ("audio/ogg", b"OggS\x01" + bytes(40)),
        ("audio/ogg", spoken("audio/ogg")[200:]),
        ("audio/ogg", spoken("audio/ogg").replace(b"OpusHead", b"\x01vorbis\x00")),
        ("audio/webm", spoken("audio/ogg")),
        ("audio/webm", bytes(100)),
        ("audio/webm", b"\x1a\x45\xdf\xa3\x01" + b"\xff" * 7),
        ("audio/webm", b"\x1a\x45\xdf\xa3\x08" + b"\xff" * 7),
    ],
)
def test_what_is_no_such_stream_is_refused_before_it_is_kept_in_memory(media: str, data: bytes) -> None:
    with pytest.raises(Refused):
        cut(media, data, [7] * 20)


def test_other_media_are_not_taken() -> None:
    with pytest.raises(Refused, match="audio/mp4"):
        framer_for("audio/mp4")
