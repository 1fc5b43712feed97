"""How text of the old Vietnamese encodings looks when it is taken for Western European (Windows-1252), letter by letter. Pure data.

Sources: TCVN 5712:1993 (VN3) for TCVN3; RFC 1456 for VISCII; Microsoft's table of code page 1258; the published charts of VNI and VPS.
"""

import unicodedata
from collections.abc import Mapping

_VOWELS = "aăâeêioôơuưy"
# Level, sharp (sắc), falling (huyền), asking (hỏi), tumbling (ngã), heavy (nặng).
_TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")


def _grid(rows: tuple[str, ...], other: Mapping[str, str]) -> dict[str, str]:
    """One sign a letter: *rows* by tone, in the order of ``_VOWELS``; *other* for đ and for the capitals that have a sign."""
    seen = {
        sign: unicodedata.normalize("NFC", vowel + tone)
        for tone, row in zip(_TONES, rows, strict=True)
        for sign, vowel in zip(row, _VOWELS, strict=True)
    }
    return {sign: letter for sign, letter in (seen | dict(other)).items() if sign != letter}


def _marked(marks: Mapping[str, str], letters: Mapping[str, str]) -> dict[str, str]:
    """Signs after a vowel: *marks* by the vowels that they follow, from the sharp tone on; *letters* stand alone."""
    seen = dict(letters)
    for vowel, signs in marks.items():
        base = letters.get(vowel, vowel)
        for tone, sign in zip(_TONES[1:], signs, strict=False):
            seen[vowel + sign] = unicodedata.normalize("NFC", base + tone)
    upper = {sign.upper(): letter.upper() for sign, letter in seen.items()}
    # Only the letter tells its case: many a program kept the mark of a capital small.
    mixed = {sign[0].upper() + sign[1:]: letter.upper() for sign, letter in seen.items()}
    return seen | upper | mixed


TCVN3 = _grid(
    ("a¨©eªio«¬u\xady", "¸¾ÊÐÕÝãèíóøý", "µ»ÇÌÒ×ßåêïõú", "¶¼ÈÎÓØáæëñöû", "·½ÉÏÔÜâçìò÷ü", "¹ÆËÑÖÞäéîôùþ"),
    {"®": "đ", "§": "Đ", "¡": "Ă", "¢": "Â", "£": "Ê", "¤": "Ô", "¥": "Ơ", "¦": "Ư"},
)
VISCII = _grid(
    ("aåâeêioô½ußy", "á¡¤éªíó¯¾úÑý", "à¢¥è«ìò°¶ù×Ï", "äÆ¦ë¬ïö±·üØÖ", "ãÇç¨\xadîõ²Þûæ\xdb", "Õ£§©®¸÷µþøñÜ"),
    {"ð": "đ", "Ð": "Đ", "Å": "Ă", "´": "Ơ", "¿": "Ư", "Ä": "Ả"},
)
VPS = _grid(
    ("aæâeêioôÖuÜy", "á¡Ãé‰íóÓ§úÙš", "à¢ÀèŠìòÒ©ùØÿ", "ä£ÄÈ‹ÌÕ°ªûº›", "ã¤ÅëÍïõ‡«Û»Ï", "å¥ÆËŒÎ†¶®ø¿œ"),
    {"Ç": "đ", "ñ": "Đ", "ˆ": "Ă", "÷": "Ơ", "Ð": "Ư"},
)

_CIRCUMFLEX, _PLAIN = "âáàåãä", "ùøûõï"
VNI = _marked(
    {"a": _PLAIN, "e": _PLAIN, "o": _PLAIN, "u": _PLAIN, "y": _PLAIN[:4], "ô": _PLAIN, "ö": _PLAIN},
    {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
    | {
        vowel + sign: unicodedata.normalize("NFC", letter + tone)
        for vowel, letter, signs in (("a", "â", _CIRCUMFLEX), ("e", "ê", _CIRCUMFLEX), ("o", "ô", _CIRCUMFLEX), ("a", "ă", "êéèúüë"))
        for tone, sign in zip(_TONES, signs, strict=True)
    },
)
_DEAD = "ìÌÒÞò"
CP1258 = _marked(
    dict.fromkeys([*"aeiouyâêô", "ã", "õ", "ý"], _DEAD),
    {"ã": "ă", "õ": "ơ", "ý": "ư", "ð": "đ"},
)

ENCODINGS: dict[str, dict[str, str]] = {"TCVN3 (ABC)": TCVN3, "VNI Windows": VNI, "VISCII": VISCII, "VPS": VPS, "Windows-1258": CP1258}
"""By the name under which UniKey lists them."""
