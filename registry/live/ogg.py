"""Ogg pages with Opus in them (RFC 3533, RFC 7845): the two headers first, then pages of sound, of which most may be joined."""

import struct

from registry.live.frames import Frame, not_taken

_HEAD = struct.Struct("<4sBBqIIIB")
_CONTINUED, _BEGINS = 1, 2
MOST_HEADERS = 128 * 1024


class OggFramer:
    """Cuts an Ogg stream into its pages; a second stream chained behind the first has headers of its own."""

    def __init__(self) -> None:
        self._rest = b""
        self._opening = b""
        self._sound = False

    def feed(self, data: bytes) -> list[Frame]:
        """The pages that *data* completes."""
        self._rest += data
        found = []
        while (page := self._page()) is not None:
            found.append(self._frame(page))
        return found

    def _page(self) -> bytes | None:
        """The next whole page; ``None`` until it is there."""
        if not b"OggS".startswith(self._rest[:4]) and not self._rest.startswith(b"OggS"):
            raise not_taken("không phải Ogg / not Ogg")
        if len(self._rest) < _HEAD.size:
            return None
        segments = self._rest[_HEAD.size - 1]
        sizes = self._rest[_HEAD.size : _HEAD.size + segments]
        length = _HEAD.size + segments + sum(sizes)
        if len(sizes) < segments or len(self._rest) < length:
            return None
        page, self._rest = self._rest[:length], self._rest[length:]
        return page

    def _frame(self, page: bytes) -> Frame:
        _, version, flags, granule, _, _, _, segments = _HEAD.unpack_from(page)
        if version != 0:
            raise not_taken(f"Ogg phiên bản / version {version}")
        if flags & _BEGINS:
            if not page[_HEAD.size + segments :].startswith(b"OpusHead"):
                raise not_taken("Ogg không có Opus / Ogg without Opus")
            self._opening, self._sound = b"", False
        elif not self._opening:
            raise not_taken("Ogg thiếu phần đầu / Ogg without its headers")
        # Pages of headers have the position 0; -1 stands on a page within which no packet ends (RFC 7845, section 4).
        self._sound = self._sound or granule > 0
        if self._sound:
            return Frame(page, not flags & _CONTINUED, self._opening)
        self._opening += page
        if len(self._opening) > MOST_HEADERS:
            raise not_taken("phần đầu không dứt / headers without end")
        return Frame(page, False, b"")
