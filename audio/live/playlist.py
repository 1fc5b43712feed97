"""Reading HLS playlists (RFC 8216), as far as live sound needs them; pure text."""

from dataclasses import dataclass

from audio.live.wire import Unusable, further

MOST_SEGMENTS = 2000


@dataclass(frozen=True)
class Segment:
    """A piece at *url*, number *number* of the stream; *header* is the address of what must be read before it."""

    number: int
    url: str
    header: str | None = None


@dataclass(frozen=True)
class MediaPlaylist:
    """The *segments* offered now, none longer than *target* seconds; *ended* when no more will come."""

    target: float
    segments: tuple[Segment, ...]
    ended: bool


@dataclass(frozen=True)
class Variants:
    """The same programme at several rates, (bits per second, address) each."""

    choices: tuple[tuple[int, str], ...]

    def leanest(self) -> str:
        """The one of the fewest bytes: horns need no more, and the SIM pays."""
        return min(self.choices)[1]


def parse(text: str, base: str) -> MediaPlaylist | Variants:
    """What *text*, found at *base*, says; ``Unusable`` when it is no playlist or asks for what is not supported."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or lines[0] != "#EXTM3U":
        raise Unusable("không phải danh sách HLS / not an HLS playlist")
    try:
        return _variants(lines, base) if any(line.startswith("#EXT-X-STREAM-INF:") for line in lines) else _media(lines, base)
    except ValueError as problem:
        raise Unusable(f"danh sách HLS sai / a malformed HLS playlist: {problem}"[:300]) from problem


def _variants(lines: list[str], base: str) -> Variants:
    found = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("#EXT-X-STREAM-INF:") and following and not following.startswith("#"):
            found.append((int(_attributes(line).get("BANDWIDTH", "0")), further(base, following)))
    if not found:
        raise Unusable("danh sách HLS không có luồng nào / the HLS playlist names no stream")
    return Variants(tuple(found))


def _media(lines: list[str], base: str) -> MediaPlaylist:
    target, number = 10.0, 0
    header: str | None = None
    segments: list[Segment] = []
    for line in lines[1:]:
        tag, _, value = line.partition(":")
        match tag:
            case "#EXT-X-TARGETDURATION":
                target = float(value)
            case "#EXT-X-MEDIA-SEQUENCE":
                number = int(value)
            case "#EXT-X-MAP":
                header = further(base, _attributes(line)["URI"]) if "URI" in _attributes(line) else None
            case "#EXT-X-KEY" if _attributes(line).get("METHOD") != "NONE":
                raise Unusable("luồng HLS mã hóa không nghe được / an encrypted HLS stream cannot be played")
            case "#EXT-X-BYTERANGE":
                raise Unusable("luồng HLS chia theo byte không nghe được / HLS byte ranges cannot be played")
            case _ if not line.startswith("#"):
                segments.append(Segment(number + len(segments), further(base, line), header))
    if len(segments) > MOST_SEGMENTS or not 0 < target <= 60:
        raise Unusable("danh sách HLS quá dài / the HLS playlist is too long to be live")
    return MediaPlaylist(target, tuple(segments), "#EXT-X-ENDLIST" in lines)


def _attributes(line: str) -> dict[str, str]:
    """The attribute list of a tag; a comma within quotes parts nothing."""
    found: dict[str, str] = {}
    rest = line.partition(":")[2]
    while rest:
        name, _, rest = rest.partition("=")
        if rest.startswith('"'):
            value, _, rest = rest[1:].partition('"')
            rest = rest.removeprefix(",")
        else:
            value, _, rest = rest.partition(",")
        found[name.strip()] = value
    return found
