"""The Markdown of a text, the same where it is made and where it is shown: no word that one of them sees escapes the other. Pure."""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

NESTING = 400
"""Levels of the parser; a list takes two of them. No text of 60,000 characters that anybody means goes deeper."""


def tokens_of(body: str) -> list[Token]:
    """CommonMark with the tables of GFM, less HTML and link definitions: on a board they would be words that nobody sees."""
    return _parser().parse(body)


@cache
def _parser() -> MarkdownIt:
    # Beyond its nesting the parser drops words without a sound.
    made = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING}).enable("table").disable("reference")
    # It puts its rules together at its first text: before a second thread could find half of them.
    made.parse("")
    return made
