"""Which of two versions of a Debian package is the later one (Debian Policy 5.6.12), without a command."""

import re

_Part = tuple[tuple[int, ...], int]
_END: _Part = ((0,), 0)


def later(one: str, other: str) -> bool:
    """Whether version *one* comes after *other*; both as dpkg takes them."""
    return _order(one) > _order(other)


def _order(version: str) -> tuple[int, list[_Part], list[_Part]]:
    epoch, _, rest = version.rpartition(":")
    upstream, _, revision = rest.rpartition("-") if "-" in rest else (rest, "", "")
    return int(epoch or 0), _parts(upstream), _parts(revision)


def _parts(text: str) -> list[_Part]:
    """Signs and number by turns, to the end, before which a tilde comes; a number that is left out is zero."""
    parts = [((*map(_weight, signs), 0), int(number or 0)) for signs, number in re.findall(r"([^0-9]*)([0-9]*)", text)]
    while parts and parts[-1] == _END:
        parts.pop()
    return [*parts, _END]


def _weight(sign: str) -> int:
    if sign == "~":
        return -1
    return ord(sign) if sign.isalpha() else 256 + ord(sign)
