"""The words of a message reach the board as they were meant: no tag, no lost sign, no Markdown that nobody wrote."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bundle.errors import Refused
from bundle.markdown import tokens_of
from registry.alerts.cap.words import as_markdown, read_words
from registry.making.findings import Findings
from tests.registry.alerts.cap.messages import alert, info, read

SIGNS = st.text(alphabet="ab1. )*_`#>+-=|~[](){}<&;!\\/\"'\n•–:\t", max_size=60)
BULLETS = "*•·▪‣●○–—-"


def shown(markdown: str) -> str:
    """Every word of *markdown* as a board shows it."""
    parts = []
    for token in tokens_of(markdown):
        assert token.type not in ("fence", "code_block", "html_block", "hr", "table_open", "blockquote_open", "heading_open"), markdown
        if token.type == "inline":
            assert all(child.type in ("text", "softbreak") for child in token.children or []), markdown
            parts.append("".join(child.content or " " for child in token.children or []))
    return " ".join(parts)


def bare(text: str) -> list[str]:
    """The words of *text* without the signs that begin an entry of a list."""
    words = []
    for line in text.split("\n"):
        entry = line.split()
        while entry and entry[0] in BULLETS:
            entry = entry[1:]
        words += entry
    return words


@given(SIGNS)
@example("1. một\n2. hai")
@example("* CÁI GÌ...Lũ\nquét <5 m &lt; 3")
@example("# a\n> b\n+ c\n---\n===\n```\n    d")
@example("[a](http://b.example) ![c](d) <e@f.example> **g** _h_ `i` &amp; ~~j~~ | k |\n|-|-|")
def test_every_sign_is_shown_as_it_was_written(text):
    assert bare(shown(as_markdown(text))) == bare(text)


def test_wrapped_lines_go_on_and_sentences_and_entries_stand_apart():
    assert as_markdown("Nước lên\nnhanh.\nLên cao.\n\n* Một\nhai\n* Ba") == "Nước lên nhanh.\n\nLên cao.\n\n- Một hai\n- Ba"


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("Đóng cửa.<br/>Tắt điện.", "Đóng cửa.\nTắt điện."),
        ("<ul><li>Một</li><li>Hai</li></ul>", "• Một\n• Hai"),
        ("<p>A &amp; B</p><p><a href='x'>C</a></p>", "A & B\n\n\n\nC"),
        ("gió < 5 m, mưa > 3", "gió < 5 m, mưa > 3"),
        ("AT&T và R&D", "AT&T và R&D"),
    ],
)
def test_tags_go_and_words_stay(html, said):
    findings = Findings()
    assert read_words(html, "nơi", findings, Findings()) == said
    assert not findings


@pytest.mark.parametrize(
    "html", ["<img src=x onerror=y>", "<!-- ẩn -->Lên", "<table><tr><td>1</td></tr></table>", "<style>a</style>", "Mưa <![ lớn", "<![a [b"]
)
def test_html_that_holds_more_than_words_is_refused(html):
    findings = Findings()
    read_words(html, "nơi", findings, Findings())
    assert findings


@given(st.binary(max_size=300))
def test_any_bytes_are_an_alert_or_a_refusal(raw):
    with pytest.raises(Refused):
        read(raw)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_words_are_an_alert_or_a_refusal(headline, description):
    def told(text: str) -> str:
        return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t").replace("&", "&amp;").replace("<", "&lt;")

    try:
        made = read(alert(info(headline=told(headline), description=told(description)))).alert
    except Refused:
        return
    assert made.versions[0].headline
