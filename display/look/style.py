"""How the board looks: colours with a contrast of 7:1 or more, and sizes for eyes 10 to 30 metres away."""

from dataclasses import dataclass

from display.page import Colour, Face, Size

SMALLEST = 16  # below this, Vietnamese tone marks cannot be told apart
KHMER_LEADING = 1.8  # signs stand above and below the letters, sometimes twice


@dataclass(frozen=True)
class Scale:
    """Sizes for a 1080-pixel board, carried over to any other by its shorter side."""

    size: Size

    @property
    def portrait(self) -> bool:
        """Whether the board is higher than wide."""
        return self.size[1] > self.size[0]

    def px(self, at_1080: float) -> int:
        """A distance in pixels, at least 1."""
        return max(1, round(at_1080 * min(self.size) / 1080))

    def face(self, at_1080: float, colour: Colour, bold: bool = False, language: str = "vi") -> Face:
        """Letters of a size that stays legible, with the leading that the language's script needs."""
        leading = KHMER_LEADING if language.split("-")[0] in ("km", "cjm") else 1.42
        return Face(max(SMALLEST, self.px(at_1080)), colour, bold, leading)


def contrast(first: Colour, second: Colour) -> float:
    """The contrast ratio of WCAG 2, from 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(first: Colour, second: Colour, part: float) -> Colour:
    """*first* with *part* (0 to 1) of *second* stirred in."""
    return (
        round(first[0] + (second[0] - first[0]) * part),
        round(first[1] + (second[1] - first[1]) * part),
        round(first[2] + (second[2] - first[2]) * part),
    )


def _luminance(colour: Colour) -> float:
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in (part / 255 for part in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
