"""Vietnamese figures as they are said: telephone numbers, dates, times, ranges, thousands, decimals, units, Roman numerals. Pure."""

import re
from functools import cache

from registry.making.lexicon import Lexicon

_ENDS = r"(?![\w]|[.,]\d)"
_PHONE = re.compile(
    rf"(?<![\w.,])(?:\+84[ .-]?|0)\d{{1,3}}(?:[ .-]?\d{{3}}){{2,3}}{_ENDS}|(?<![\w.,])0\d{{2,4}}[ .-]\d{{3}}[ .-]\d{{2,4}}{_ENDS}"
)
_RESCUE = re.compile(r"\b(gọi|hoặc|số)\s+(11[1-5])\b", re.IGNORECASE)
_ISO = re.compile(r"(?<![\w-])(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?:T\d\S*)?(?![\w-])")
_DAY, _MONTH = r"(0?[1-9]|[12]\d|3[01])", r"(0?[1-9]|1[0-2])"
_DATE = re.compile(rf"(?<![\d/.,]){_DAY}/{_MONTH}(?:/(\d{{4}}))?(?![\d/])|(?<![\d/.,]){_DAY}([.-]){_MONTH}\5(\d{{4}})(?!\d)")
_NAMED_DAY = re.compile(rf"\b(ngày|hôm) {_DAY}-{_MONTH}(?![\d/-])", re.IGNORECASE)
_MONTH_OF_YEAR = re.compile(rf"(?<![\d/]){_MONTH}/(\d{{4}})(?![\d/])")
_CLOCK = re.compile(r"(?<![\d:.,])([01]?\d|2[0-4])(?:[:hg]([0-5]\d)|h)(?![\w:])")
_RANGE = re.compile(r"(?<=\d)(\s*(?:%|°C|[^\W\d_]{1,3})?)\s*[-–—]\s*(?=\d)")
_BELOW_ZERO = re.compile(r"(?<![\w-])[-−](?=\d)")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d]|\.\d)")
_DECIMAL = re.compile(r"(?<![\d.,])(\d+)[.,](\d+)(?![.,]?\d)")
_FRACTION = re.compile(r"(?<=\d)\s*/\s*(?=\d)")
_POINT = re.compile(r"(?<=\d)[.](?=\d)")
_ROMAN = r"(?=[IVXLC])(X{0,3}(?:IX|IV|V?I{0,3}))"
_VALUES = {"I": 1, "V": 5, "X": 10}


def numbers_in_words(text: str, lexicon: Lexicon) -> str:
    """*text* with its figures as they are said; plain whole numbers stay digits, which every voice reads."""
    text = _PHONE.sub(lambda found: ", " + " ".join(re.sub(r"\D", "", found[0])) + ", ", text)
    text = _RESCUE.sub(lambda found: f"{found[1]} {' '.join(found[2])}", text)
    text = _ISO.sub(lambda found: _date(found[3], found[2], found[1]), text)
    text = _NAMED_DAY.sub(lambda found: f"{found[1]} {_date(found[2], found[3], None)}", text)
    text = _DATE.sub(lambda found: _date(found[1] or found[4], found[2] or found[6], found[3] or found[7]), text)
    text = _MONTH_OF_YEAR.sub(lambda found: f"{int(found[1])} năm {found[2]}", text)
    text = _RANGE.sub(r"\1 đến ", text)
    text = _BELOW_ZERO.sub("âm ", text)
    text = _CLOCK.sub(_hour, text)
    text = _roman(tuple(lexicon.roman_after)).sub(_counted, text)
    text = _THOUSANDS.sub(lambda found: found[0].replace(".", ""), text)
    text = _units(tuple(lexicon.units)).sub(lambda found: _measured(found, lexicon), text)
    text = _DECIMAL.sub(lambda found: f"{found[1]} phẩy {_digits(found[2])}", text)
    return _POINT.sub(" chấm ", _FRACTION.sub(" trên ", text))


def _date(day: str, month: str, year: str | None) -> str:
    return f"{int(day)} tháng {int(month)}" + (f" năm {year}" if year else "")


def _hour(found: re.Match[str]) -> str:
    minutes = int(found[2] or 0)
    return f"{int(found[1])} giờ" + (f" {minutes} phút" if minutes else "")


def _digits(decimals: str) -> str:
    """Decimals as people say them: as one number, digit by digit when it begins with a nought or is long."""
    return " ".join(decimals) if decimals[0] == "0" or len(decimals) > 2 else decimals


@cache
def _roman(after: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in after) or r"(?!)"
    return re.compile(rf"(?<!\w)((?i:{words}))\s+{_ROMAN}(?!\w)")


def _counted(found: re.Match[str]) -> str:
    values = [_VALUES[letter] for letter in found[2]]
    total = sum(-value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True))
    return f"{found[1]} {total}"


@cache
def _units(units: tuple[str, ...]) -> re.Pattern[str]:
    unit = "|".join(re.escape(unit) for unit in sorted(units, key=len, reverse=True)) or r"(?!)"
    # A word may stand for the second of "200 đồng/hộ/năm"; a unit is no part of a longer word.
    return re.compile(rf"(?<=\d)\s*({unit}|đồng|tấn|lít|suất|lượt)((?:/(?:{unit}|[^\W\d_]+))*)(?![\w²³])")


def _measured(found: re.Match[str], lexicon: Lexicon) -> str:
    """The unit, and each "/hộ" after it as "for one household"."""
    parts = (found[1] + found[2]).split("/")
    return " " + " một ".join(lexicon.units.get(part, part) for part in parts)
