"""What is said of a recording: each finding one sentence with its place and what was done or is to be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bundle.errors import Complaint
from registry.making.sound.levels import Span

_SHOWN = 4


class Fault(StrEnum):
    """What a finding is about; the picture of a recording marks it with this word."""

    CLIPPED = "vỡ tiếng · clipped"
    NOISY = "tạp âm · noise"
    HUM = "ù điện 50 Hz · mains hum"
    OFFSET = "lệch một chiều · DC offset"
    CLICKS = "tiếng lách tách · clicks"
    SILENCE = "khoảng lặng · silence"
    QUIET = "nhỏ tiếng · quiet"
    UNEVEN = "giọng to giọng nhỏ · uneven voices"
    NARROW = "tiếng điện thoại · telephone sound"
    ONE_SIDED = "lệch kênh · one-sided"
    NO_SPEECH = "không có lời · no speech"


@dataclass(frozen=True)
class Remark:
    """*what* was found at *spans* (none: everywhere) and what to *do*, or what was done; a *refused* one makes no clip."""

    fault: Fault
    what: str
    do: str
    spans: tuple[Span, ...] = ()
    refused: bool = False

    def complaint(self, where: str, name: str) -> Complaint:
        """The remark as a reason to refuse the recording *name*."""
        return Complaint(where, f"“{name}”: {self.sentence()}", self.do)

    def sentence(self) -> str:
        """What was found, and where."""
        return f"{self.what} ({places(self.spans)})" if self.spans else self.what

    def __str__(self) -> str:
        return f"{self.sentence()} → {self.do}"


def places(spans: Sequence[Span]) -> str:
    """The first of *spans* in seconds, and how many more there are."""
    shown = ", ".join(_seconds(span) for span in spans[:_SHOWN])
    more = f" và {len(spans) - _SHOWN} chỗ nữa / and {len(spans) - _SHOWN} more" if len(spans) > _SHOWN else ""
    return f"giây / at second {shown}{more}"


def _seconds(span: Span) -> str:
    return f"{span.start:.1f}–{span.end:.1f}" if span.end - span.start >= 0.1 else f"{span.start:.1f}"
