"""The stage: the whole surface of a video mode, black but for its canvas, in which the picture may stand a few pixels aside."""

from collections.abc import Sequence

import pygame

from display.page import Rect, Size
from display.showing.place import place
from display.showing.screen import Patch

BLACK = (0, 0, 0)


class Stage:
    """Puts patches on *surface* inside the canvas that *wanted* places there; nothing of them ever stands outside it."""

    def __init__(self, surface: pygame.Surface, wanted: Rect | None) -> None:
        self.surface, self._shift = surface, (0, 0)
        self._wanted, self._mode = wanted, (0, 0)
        self.renew()

    @property
    def box(self) -> Rect:
        """The canvas in pixels of the surface."""
        return self._box

    @property
    def size(self) -> Size:
        """Of the canvas."""
        return self._box.width, self._box.height

    def renew(self) -> None:
        """What showed the surface lost it, or it has another size, and then is black: all of it changed."""
        self._changed: list[pygame.Rect] = [self.surface.get_rect()]
        if self._mode == self.surface.get_size():
            return
        self._mode = self.surface.get_size()
        found = place(self._wanted, self._mode)
        self._box, self.complaint = found.box, found.complaint
        self._parts = parted(self._box, self._shift)
        self.surface.set_clip(None)
        self.surface.fill(BLACK)

    def misfit(self, mode: Size | None) -> str:
        """What is not as wanted: the canvas, or a *mode* that is another one; one sentence each, else empty."""
        if mode is None or mode == self._mode:
            return self.complaint
        wanted, had = "{}×{}".format(*mode), "{}×{}".format(*self._mode)
        told = (
            f"màn hình không có chế độ {wanted}, đang dùng {had}; sửa [screen] width, height trong bangtin.toml trên thẻ"
            f" / the screen has no mode {wanted}, {had} is used; correct [screen] width, height in bangtin.toml on the card"
        )
        return "; ".join(filter(None, (told, self.complaint)))

    def shift(self, by: tuple[int, int]) -> None:
        """From now on all stands *by* that many pixels aside (right, down); what comes free shows what would stand there otherwise."""
        self._shift = by
        self._parts = parted(self._box, by)

    def put(self, patches: Sequence[Patch]) -> list[pygame.Rect]:
        """Copy *patches*; the rectangles of the surface that changed since the last time."""
        changed, self._changed = self._changed, []
        for each in patches:
            for part, (x, y) in self._parts:
                # No subsurface: SDL frees the memory of a window's surface when its size changes.
                self.surface.set_clip(part)
                where = self.surface.blit(each.canvas.surface, (each.at[0] + x, each.at[1] + y), each.source)
                # Side by side they become one: a window system copies one after the other, and a line that runs would tear between.
                if changed and (changed[-1].topright, changed[-1].height) == (where.topleft, where.height):
                    changed[-1].width += where.width
                elif where:
                    changed.append(where)
        return changed

    def seen(self) -> pygame.Surface:
        """A copy of the canvas as it stands on the surface."""
        return self.surface.subsurface(self._box).copy()


def parted(box: Rect, shift: tuple[int, int]) -> tuple[tuple[Rect, tuple[int, int]], ...]:
    """The parts of a canvas in *box*, each with where its picture begins: the shifted one, and the edges that the shift leaves free."""
    right, down = shift
    x, y = box.x + max(0, right), box.y + max(0, down)
    across, high = box.width - abs(right), box.height - abs(down)
    moved = Rect(x, y, across, high)
    beside = Rect(box.x if right > 0 else moved.right, y, abs(right), high)
    over = Rect(box.x, box.y if down > 0 else moved.bottom, box.width, abs(down))
    found = ((beside, (box.x, box.y + down)), (moved, (box.x + right, box.y + down)), (over, (box.x, box.y)))
    return tuple(part for part in found if part[0].width and part[0].height)
