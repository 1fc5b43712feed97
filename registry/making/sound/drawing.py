"""The wave of a recording as a picture, with the places that were remarked upon: for an officer who would rather look than read. Pure."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from registry.making.sound.remarks import Remark
from registry.making.waves import RATE, Samples

WIDTH, LANE, _TOP, _FOOT = 960, 110, 22, 20
_NARROWEST = 3.0
_LANES = ("trước · before", "sau · after")
_COLOURS = ("#30506e", "#2c7a3f")
_STEPS = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
_MENDED, _REFUSED = "#d98200", "#c22020"


def wave_picture(before: Samples, after: Samples, begins: float, remarks: Sequence[Remark]) -> str:
    """An SVG of *before* and, when there is one, *after* (48 kHz) from second *begins* on; *remarks* are numbered bands on the first."""
    lanes = [(before, 0.0, 1.0)]
    if len(after):
        # What goes on is levelled later: it is drawn as high as there is room.
        lanes.append((after, begins, max(1e-3, float(np.abs(after).max()))))
    seconds = max(len(before) / RATE, 0.001)
    height = _TOP + len(lanes) * LANE + _FOOT
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12">']
    parts += _bands(remarks, seconds)
    for number, (samples, start, peak) in enumerate(lanes):
        top = _TOP + number * LANE
        outline = _outline(samples / np.float32(peak), top + LANE / 2, start / seconds * WIDTH, len(samples) / RATE / seconds * WIDTH)
        parts.append(f'<path d="{outline}" fill="{_COLOURS[number]}"/>')
        parts.append(f'<text x="4" y="{top + 14}" fill="#333">{_LANES[number]}</text>')
    # Full scale: what touches these lines was cut off.
    parts.append(f'<path d="M0 {_TOP + 5}H{WIDTH}M0 {_TOP + LANE - 5}H{WIDTH}" stroke="#999" stroke-dasharray="2 4"/>')
    return "".join([*parts, *_axis(seconds, height), "</svg>"])


def _outline(samples: Samples, middle: float, left: float, width: float) -> str:
    """The highest and lowest sample of each column, there and back."""
    columns = max(1, min(round(width), len(samples)))
    edges = np.linspace(0, len(samples), columns, endpoint=False).astype(int)
    scale = LANE / 2 - 5
    high, low = np.maximum.reduceat(samples, edges) * scale, np.minimum.reduceat(samples, edges) * scale
    return _path(left, middle - high, middle - low)


def _path(left: float, high: NDArray[np.floating], low: NDArray[np.floating]) -> str:
    there = [f"{left + x:.1f} {y:.1f}" for x, y in enumerate(high)]
    back = [f"{left + x:.1f} {y + 0.5:.1f}" for x, y in reversed(list(enumerate(low)))]
    return "M" + "L".join(there + back) + "Z"


def _bands(remarks: Sequence[Remark], seconds: float) -> list[str]:
    parts, free = [], 0.0
    placed = [(remark.spans[0].start, number, remark) for number, remark in enumerate(remarks, 1) if remark.spans]
    for start, number, remark in sorted(placed, key=lambda each: each[:2]):
        colour = _REFUSED if remark.refused else _MENDED
        for span in remark.spans:
            left = span.start / seconds * WIDTH
            width = max(_NARROWEST, (span.end - span.start) / seconds * WIDTH)
            parts.append(f'<rect x="{left:.1f}" y="{_TOP}" width="{width:.1f}" height="{LANE}" fill="{colour}" opacity="0.25"/>')
        # A number that would lie on the one before it moves to the right.
        free = max(start / seconds * WIDTH, free)
        parts.append(f'<text x="{min(free, WIDTH - 14):.0f}" y="16" font-size="16" font-weight="bold" fill="{colour}">{number}</text>')
        free += 16
    return parts


def _axis(seconds: float, height: int) -> list[str]:
    step = next((step for step in _STEPS if seconds / step <= 12), _STEPS[-1])
    ticks = np.arange(0, seconds, step)
    return [
        f'<path d="M{at / seconds * WIDTH:.1f} {height - _FOOT}v5" stroke="#333"/>'
        f'<text x="{at / seconds * WIDTH + 3:.1f}" y="{height - 5}" fill="#333">{at:g} s</text>'
        for at in ticks
    ]
