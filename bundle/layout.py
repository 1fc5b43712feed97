"""A layout: which zones stand at which edge of a board, how large, and what gives way first on a board too small for all."""

from collections import Counter
from enum import StrEnum
from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator

from bundle.base import Identifier, Model

SPONSOR_MOST = 0.2
"""A sponsor's mark takes at most this part of the board's area (Luật Quảng cáo 2012 as boards apply it)."""

BANNER = 3.0
"""Width by height: a board as long as this has a sponsor's mark at its right."""
RUNNING_MOST = 4.0
"""Lines: on a board as high as this words stand, and none has to wait for them."""

Lines = Annotated[float, Field(gt=0, le=40)]
Part = Annotated[float, Field(gt=0, lt=1)]


class ZoneKind(StrEnum):
    """What stands in a zone. The main zone is not listed: it is what the others leave."""

    HEADER = "header"
    SIGNS = "signs"
    SIDE = "side"
    FOOT = "foot"
    QR = "qr"
    TICKER = "ticker"
    SPONSOR = "sponsor"


class Edge(StrEnum):
    """Where a zone is docked."""

    TOP = "top"
    BOTTOM = "bottom"
    LEFT = "left"
    RIGHT = "right"


class Zone(Model):
    """One docked zone: at most *lines* thick (lines of the board's smallest letters) or that *part* of the board; less if it needs less.

    With less than *least* lines it does not stand. Of zones that leave too little to the main one, the least *need* goes first;
    its words flow into the main zone. *inside* docks it within another zone that was listed before. Of a kind that is
    listed twice the first that can stand does.
    """

    kind: ZoneKind = Field(strict=False)
    edge: Edge = Field(strict=False)
    lines: Lines | None = None
    part: Part | None = None
    least: Lines = 1.0
    need: Annotated[int, Field(ge=0, le=9)] = 5
    inside: ZoneKind | None = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if (self.lines is None) == (self.part is None):
            raise ValueError(f"zone {self.kind}: cần đúng một trong lines và part / exactly one of lines and part is expected")
        return self

    @model_validator(mode="after")
    def _sponsor_as_the_law_allows(self) -> Self:
        if self.kind is not ZoneKind.SPONSOR:
            return self
        if self.edge not in (Edge.BOTTOM, Edge.RIGHT) or self.inside is not None:
            raise ValueError("nhà tài trợ chỉ ở cạnh dưới hoặc phải / a sponsor stands at the bottom or the right of the board only")
        if self.part is None or self.part > SPONSOR_MOST:
            raise ValueError(f"nhà tài trợ: part, nhiều nhất {SPONSOR_MOST} / a sponsor takes a part, at most {SPONSOR_MOST}")
        return self


class Span(Model):
    """From *least* to below *most*."""

    least: Annotated[float, Field(ge=0)] = 0.0
    most: Annotated[float, Field(gt=0)] | None = None

    def holds(self, value: float) -> bool:
        """Whether *value* lies in it."""
        return self.least <= value and (self.most is None or value < self.most)


class Shape(NamedTuple):
    """A board as layouts see it: *aspect* is width by height, *lines* how many of its smallest lines are as high as it."""

    aspect: float
    lines: float


class Layout(Model):
    """A way to share a board out, for boards whose width by height lies in *aspect* and that are *lines* high.

    Zones are docked in their order, each at what the ones before it have left. The main zone keeps at least *main_lines* in height
    and *main_across* in width, both in lines. *running*: a board of one line, through which every word runs.
    """

    name: Identifier
    aspect: Span = Span()
    lines: Span = Span()
    zones: Annotated[tuple[Zone, ...], Field(max_length=20, strict=False)] = ()
    main_lines: Lines = 3.0
    main_across: Lines = 5.0
    running: bool = False

    @model_validator(mode="after")
    def _inside_is_listed_before(self) -> Self:
        before: Counter[ZoneKind] = Counter()
        for zone in self.zones:
            if zone.inside is not None and not before[zone.inside]:
                raise ValueError(f"zone {zone.kind}: inside {zone.inside} phải đứng trước / must be listed before it")
            before[zone.kind] += 1
        return self

    @model_validator(mode="after")
    def _sponsor_at_the_right_of_banners_only(self) -> Self:
        right = [zone for zone in self.zones if zone.kind is ZoneKind.SPONSOR and zone.edge is Edge.RIGHT]
        if right and self.aspect.least < BANNER:
            raise ValueError(
                f"nhà tài trợ ở cạnh phải: chỉ trên bảng ngang dài, aspect.least từ {BANNER} / "
                f"a sponsor stands at the right of a banner only: aspect.least of {BANNER} or more"
            )
        return self

    @model_validator(mode="after")
    def _runs_where_nothing_can_stand(self) -> Self:
        if self.running and (self.lines.most is None or self.lines.most > RUNNING_MOST):
            raise ValueError(
                f"bố cục {self.name}: running chỉ dành cho bảng thấp, cần lines.most, nhiều nhất {RUNNING_MOST} / "
                f"running is for low boards only: lines.most is expected, at most {RUNNING_MOST}"
            )
        return self

    def fits(self, shape: Shape) -> bool:
        """Whether it is meant for a board of *shape*."""
        return self.aspect.holds(shape.aspect) and self.lines.holds(shape.lines)
