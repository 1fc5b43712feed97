"""An HLS stream as one run of bytes: the segments of its playlist one after the other, waiting for the next."""

import threading
from contextlib import closing

from audio.live.playlist import MediaPlaylist, Segment, Variants, parse
from audio.live.wire import Body, Meter, Unusable, get

MOST_TEXT = 256 * 1024
BEHIND = 3
"""Segments before the end at which a listener begins (RFC 8216, 6.3.3)."""
PATIENCE = 4
"""Target durations without a new segment after which the stream counts as ended."""


class HlsBody:
    """Reads like the body of one answer. *playlist* is the text of the first playlist, found at *url*."""

    def __init__(self, url: str, playlist: bytes, meter: Meter) -> None:
        self._url, self._meter = url, meter
        self._present = self._media(self._parsed(playlist, url))
        self._waiting: list[Segment] = list(self._present.segments[-BEHIND:])
        self._next = self._waiting[0].number if self._waiting else 0
        self._header: str | None = None
        self._body: Body | None = None

    def read(self, size: int) -> bytes:
        """At most *size* bytes of the stream; none when it is over. ``Unusable`` when it cannot go on."""
        while True:
            if self._body is None:
                self._body = self._open_next()
                if self._body is None:
                    return b""
            if data := self._body.read(size):
                return data
            self._body.close()
            self._body = None

    def _open_next(self) -> Body | None:
        """The next segment, or before it the header that it needs; None at the end of the stream."""
        waits = 0.0
        while not self._waiting:
            if self._present.ended:
                return None
            if waits > PATIENCE * self._present.target:
                raise Unusable("đài không gửi đoạn mới / the station sends no new segment")
            pause = max(0.2, self._present.target / 4)
            threading.Event().wait(pause)
            waits += pause
            self._reload()
        segment = self._waiting[0]
        if segment.header is not None and segment.header != self._header:
            self._header = segment.header
            return get(segment.header, self._meter)
        self._next = segment.number + 1
        return get(self._waiting.pop(0).url, self._meter)

    def _reload(self) -> None:
        with closing(get(self._url, self._meter)) as body:
            self._present = self._media(self._parsed(body.whole(MOST_TEXT), body.url))
        segments = self._present.segments
        if segments and (self._next < segments[0].number or self._next > segments[-1].number + BEHIND):
            # Fallen behind, or the station began to count anew: back to where a new listener begins.
            self._next = segments[-BEHIND:][0].number
        self._waiting = [segment for segment in segments if segment.number >= self._next]

    def _media(self, found: MediaPlaylist | Variants) -> MediaPlaylist:
        if isinstance(found, MediaPlaylist):
            return found
        self._url = found.leanest()
        with closing(get(self._url, self._meter)) as body:
            inner = self._parsed(body.whole(MOST_TEXT), body.url)
        if isinstance(inner, Variants):
            raise Unusable("danh sách HLS lồng nhau / an HLS playlist of playlists of playlists")
        return inner

    @staticmethod
    def _parsed(text: bytes, url: str) -> MediaPlaylist | Variants:
        return parse(text.decode("utf-8", errors="replace"), url)
