"""WebM as a browser records it (RFC 8794, RFC 9559): headers, then clusters without a known end, of which every block may be joined."""

from registry.live.frames import Frame, not_taken

_SEGMENT, _CLUSTER, _TIMESTAMP = 0x18538067, 0x1F43B675, 0xE7
_EBML = 0x1A45DFA3
_BLOCKS = (0xA3, 0xA0)
_UNKNOWN_SIZE = b"\x01" + b"\xff" * 7
MOST = 1024 * 1024
"""Bytes of one element, and of all headers together."""


class WebmFramer:
    """Cuts a WebM stream into elements; segment and clusters are walked into, whether or not they say how long they are."""

    def __init__(self) -> None:
        self._rest = b""
        self._headers = b""
        self._cluster = b""
        self._begun = False

    def feed(self, data: bytes) -> list[Frame]:
        """The elements that *data* completes."""
        self._rest += data
        found = []
        while (element := self._element()) is not None:
            found.append(self._frame(*element))
        return found

    def _element(self) -> tuple[int, bytes] | None:
        """The next whole element, of one that is walked into only its head; ``None`` until it is there."""
        identifier, head = _number(self._rest, 0, keep_marker=True)
        size, end = _number(self._rest, head, keep_marker=False) if head else (None, 0)
        if not self._begun and head and identifier != _EBML:
            raise not_taken("không phải WebM / not WebM")
        if not end or identifier is None:
            return None
        self._begun = True
        if identifier in (_SEGMENT, _CLUSTER):
            length = end
        elif size is None or size > MOST:
            raise not_taken("phần tử không dứt / an element without end")
        else:
            length = end + size
        if len(self._rest) < length:
            return None
        element, self._rest = self._rest[:length], self._rest[length:]
        return identifier, element

    def _frame(self, identifier: int, element: bytes) -> Frame:
        if identifier == _CLUSTER:
            self._cluster = b""
        elif identifier == _TIMESTAMP and self._headers:
            self._cluster = element
        elif not self._cluster and identifier not in _BLOCKS:
            self._headers += element
            if len(self._headers) > MOST:
                raise not_taken("phần đầu không dứt / headers without end")
        joinable = identifier in _BLOCKS and bool(self._cluster)
        # A cluster of unknown size, begun anew at this block: the blocks count their time from the cluster's own.
        opening = self._headers + _CLUSTER.to_bytes(4, "big") + _UNKNOWN_SIZE + self._cluster if joinable else b""
        return Frame(element, joinable, opening)


def _number(data: bytes, start: int, keep_marker: bool) -> tuple[int | None, int]:
    """A variable-length number and where it ends, ``None`` for the reserved "unknown"; the end is 0 until it is whole."""
    if start >= len(data):
        return None, 0
    length = 9 - data[start].bit_length()
    if length > (4 if keep_marker else 8):
        raise not_taken("không phải WebM / not WebM")
    if start + length > len(data):
        return None, 0
    value = int.from_bytes(data[start : start + length], "big")
    if keep_marker:
        return value, start + length
    value &= (1 << 7 * length) - 1
    return (None if value == (1 << 7 * length) - 1 else value), start + length
