"""A text becomes blocks, and not one word of it is lost however deep its writer nested it."""

import re

import pytest

from display.page import text_of
from display.text.document import Heading, Paragraph, parse


def words(body: str) -> list[str]:
    return [word for block in parse(body) if isinstance(block, Paragraph | Heading) for word in re.findall(r"\w+", text_of(block.runs))]


@pytest.mark.parametrize("depth", [3, 9, 20, 60])
def test_lists_in_lists_keep_every_item(depth: int) -> None:
    body = "\n".join("  " * n + f"- mục{n}" for n in range(depth))
    assert words(body) == [f"mục{n}" for n in range(depth)]


@pytest.mark.parametrize("depth", [5, 25, 100])
def test_quotes_in_quotes_keep_their_words(depth: int) -> None:
    body = "\n\n".join("> " * (n + 1) + f"lời{n}" for n in range(depth))
    assert words(body) == [f"lời{n}" for n in range(depth)]
