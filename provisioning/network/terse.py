"""Reading nmcli's terse output: fields parted by colons, in which colon and backslash stand behind a backslash (nmcli(1), --escape)."""

from collections.abc import Iterator


def fields(line: str) -> tuple[str, ...]:
    """The fields of one *line*."""
    found, escaped = [""], False
    for sign in line:
        if escaped or sign not in "\\:":
            found[-1] += sign
            escaped = False
        elif sign == "\\":
            escaped = True
        else:
            found.append("")
    return tuple(found)


def rows(text: str, width: int) -> Iterator[tuple[str, ...]]:
    """Every line of *text* that has *width* fields; another release may print more between them."""
    for line in text.splitlines():
        row = fields(line)
        if len(row) == width:
            yield row
