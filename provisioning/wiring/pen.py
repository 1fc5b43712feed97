"""A pen for wiring diagrams: wires, boxes, resistors and contacts as pieces of SVG. Pure."""

from html import escape

INK, SOFT, GOOD, BAD = "#1b2733", "#51606e", "#176b3a", "#b3261e"


class Pen:
    """Collects what is drawn, in units of one pixel; *width* is that of the whole picture."""

    def __init__(self, width: int) -> None:
        self._width, self._parts = width, list[str]()

    def wire(self, *points: tuple[float, float], colour: str = INK) -> None:
        """A wire through *points*."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        self._parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="3"/>')

    def joint(self, x: float, y: float) -> None:
        """Where wires are joined, and not merely cross."""
        self._parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="6" fill="{INK}"/>')

    def box(self, left: float, top: float, right: float, bottom: float, fill: str = "#eef3f8") -> None:
        """A part."""
        size = f'x="{left:g}" y="{top:g}" width="{right - left:g}" height="{bottom - top:g}"'
        self._parts.append(f'<rect {size} rx="10" fill="{fill}" stroke="{INK}" stroke-width="3"/>')

    def text(self, x: float, y: float, words: str, *, size: int = 20, anchor: str = "start", bold: bool = False, colour: str = INK) -> None:
        """One line of *words* whose base line is at *y*."""
        weight = ' font-weight="bold"' if bold else ""
        self._parts.append(
            f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"{weight}>{escape(words)}</text>'
        )

    def resistor(self, x: float, top: float, bottom: float) -> None:
        """A resistor (IEC 60617: a rectangle) standing in a wire from *top* to *bottom*."""
        middle = (top + bottom) / 2
        self.wire((x, top), (x, bottom))
        self._parts.append(f'<rect x="{x - 9:g}" y="{middle - 20:g}" width="18" height="40" fill="#fff" stroke="{INK}" stroke-width="3"/>')

    def contact(self, x: float, y: float, closed: bool) -> None:
        """A contact of 60 px in a wire that runs along *y*, as it rests; the wire goes on at *x* and *x* + 60."""
        self.joint(x, y)
        self.joint(x + 60, y)
        self.wire((x, y), (x + 62, y - (7 if closed else 26)))

    def svg(self, height: int, title: str) -> str:
        """The picture, *height* pixels high."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self._width} {height}" font-family="Noto Sans, sans-serif" role="img">'
        )
        paper = f'<title>{escape(title)}</title><rect width="{self._width}" height="{height}" fill="#fff"/>'
        return "\n".join([head, paper, *self._parts, "</svg>", ""])
