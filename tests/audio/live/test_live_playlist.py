"""HLS playlists as stations write them, and as attackers would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.live.playlist import MediaPlaylist, Segment, Variants, parse
from audio.live.wire import Unusable

BASE = "https://dai.example/song/list.m3u8"
MEDIA = """#EXTM3U
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:41
#EXTINF:6.000,
a.ts
#EXTINF:5.5,tin
/khac/b.ts?x=1
"""


def test_segments_are_numbered_and_found_from_where_the_playlist_lies():
    segments = (Segment(41, "https://dai.example/song/a.ts"), Segment(42, "https://dai.example/khac/b.ts?x=1"))
    assert parse(MEDIA, BASE) == MediaPlaylist(6.0, segments, False)


def test_a_header_belongs_to_the_segments_after_it():
    found = parse(MEDIA.replace("#EXTINF:6.000,", '#EXT-X-MAP:URI="dau,1.mp4",X="1"\n#EXTINF:6.000,'), BASE)
    assert isinstance(found, MediaPlaylist)
    assert {segment.header for segment in found.segments} == {"https://dai.example/song/dau,1.mp4"}


def test_of_several_rates_the_leanest_is_chosen():
    text = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=128000,CODECS="mp4a,x"\ncao.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=64000\nthap.m3u8\n'
    found = parse(text, BASE)
    assert isinstance(found, Variants)
    assert found.leanest() == "https://dai.example/song/thap.m3u8"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>không có đài</html>",
        MEDIA.replace("41", "x"),
        MEDIA.replace("TARGETDURATION:6", "TARGETDURATION:86400"),
        MEDIA.replace("TARGETDURATION:6", "TARGETDURATION:nan"),
        MEDIA.replace("#EXTINF:6", '#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:6'),
        MEDIA.replace("#EXTINF:6", "#EXT-X-BYTERANGE:100@0\n#EXTINF:6"),
        "#EXTM3U\n#EXT-X-TARGETDURATION:6\n" + "#EXTINF:6,\na.ts\n" * 2001,
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n",
    ],
)
def test_what_cannot_be_played_is_refused_with_a_sentence(text):
    with pytest.raises(Unusable, match=" / "):
        parse(text, BASE)


@pytest.mark.parametrize(
    "text",
    [
        MEDIA.replace("a.ts", "http://dai.example/song/a.ts"),
        MEDIA.replace("#EXTINF:6.000,", '#EXT-X-MAP:URI="http://dai.example/dau.mp4"\n#EXTINF:6.000,'),
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://dai.example/thap.m3u8\n",
    ],
)
def test_a_playlist_cannot_lead_away_from_https(text):
    with pytest.raises(Unusable, match="https"):
        parse(text, BASE)
    parse(text, BASE.replace("https:", "http:"))


LINES = ["#EXTINF:1,", '#EXT-X-MAP:URI="a"', "#EXT-X-MAP:URI=", "x.ts", "#EXT-X-STREAM-INF:A", "#EXT-X-KEY:METHOD=NONE", "http://["]
LINES += ["#EXT-X-MEDIA-SEQUENCE:9", "#EXT-X-ENDLIST", "#EXT-X-TARGETDURATION:inf"]


@given(st.one_of(st.lists(st.sampled_from(LINES), max_size=12).map("\n".join), st.text(max_size=300)))
def test_no_playlist_does_anything_but_parse_or_be_refused(text):
    try:
        parse("#EXTM3U\n" + text, BASE)
    except Unusable:
        return
