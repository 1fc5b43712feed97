"""Line breaks in scripts that put no spaces between words: ICU's dictionary finds them here, so that a unit needs none."""

import re
import unicodedata

from bundle.errors import refuse
from registry.making.icu import dictionary

BREAK = "\u200b"  # zero width space: nothing is seen, but a line may end here
_KHMER_LAO_THAI = r"\u1780-\u17ff\u0e80-\u0eff\u0e00-\u0e7f"
# With the signs by which a writer divides or joins words by hand.
_STRETCH = re.compile(rf"[{_KHMER_LAO_THAI}\u200b-\u200d\u2060]+")


def with_breaks(text: str, where: str) -> str:
    """*text* with U+200B between the words of Khmer, Lao and Thai; ``Refused`` when this machine has no dictionary for them.

    A stretch that its writer divided by hand stays as it is: a name that no dictionary knows is divided best by who knows it.
    """
    return _STRETCH.sub(lambda found: found[0] if _by_hand(found[0]) else _divided(found[0], where), text)


def _by_hand(stretch: str) -> bool:
    return BREAK in stretch or sum(unicodedata.category(char)[0] == "L" for char in stretch) < 2


def _divided(stretch: str, where: str) -> str:
    try:
        ends = dictionary().ends(stretch)
    except OSError as problem:
        what = f"máy này không tách được từ Khmer, Lào, Thái / this machine cannot divide Khmer, Lao or Thai into words: {problem}"
        advice = "cài gói libicu của Debian, hoặc gõ U+200B giữa các từ / install Debian's libicu, or type U+200B between words"
        raise refuse(where, what, advice) from None
    parts = (stretch[first:last] for first, last in zip([0, *ends], ends, strict=False))
    divided = ""
    for part in parts:
        divided += BREAK + part if divided and _between_letters(divided[-1], part[0]) else part
    return divided


def _between_letters(before: str, after: str) -> bool:
    """Beside digits and stops a board breaks lines by itself, where it may; and no line begins with a sign that repeats a word (ៗ)."""
    return unicodedata.category(before)[0] in "LM" and unicodedata.category(after) == "Lo"
