"""The words of a message: letters that boards can show, without the HTML that some write, as Markdown that shows them as they are."""

import re
import unicodedata
from html.parser import HTMLParser

from bundle.errors import Refused
from registry.making.findings import Findings
from registry.making.letters.spots import Within
from registry.making.texts import check_letters

MOST_LETTERS = 10_000
"""Eleven minutes of reading on a board; what is longer costs the registry more to check than it is worth to anybody."""
_MARKUP = re.compile(r"<[A-Za-z/!?]|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_BREAKS = {"br", "p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"}
_KNOWN = _BREAKS | {"li", "a", "b", "i", "u", "em", "strong", "small", "sub", "sup", "span", "font", "abbr", "wbr"}
_BULLET = re.compile(r"[*•·▪‣●○–—-][ \t]+")
_SENTENCE_ENDS = (".", "!", "?", ":", ";", "…", "។", "៕")
_SIGNS = re.compile(r"[\\`*_\[\]<&~|]")
_AT_START = re.compile(r"(?:[#>+=-]|\d{1,9}(?=[.)]))")


def read_words(text: str, where: str, findings: Findings, remarks: Findings) -> str:
    """*text* in NFC without HTML; what no board can show, old encodings and HTML that holds more than words go into *findings*."""
    if len(text) > MOST_LETTERS:
        what = f"dài {len(text)} chữ, quá {MOST_LETTERS} / longer than {MOST_LETTERS} letters"
        findings.add(where, what, "viết ngắn lại: bảng không hiện hết được / shorten it: no board could show it")
        return ""
    if not unicodedata.is_normalized("NFC", text):
        remarks.add(where, "chữ chưa dựng sẵn (NFC); đã chuyển / letters not in NFC; converted")
        text = unicodedata.normalize("NFC", text)
    if _MARKUP.search(text):
        text = _without_html(text, where, findings, remarks)
    text = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()
    try:
        check_letters(text, where, Within(text))
    except Refused as refused:
        findings.take(refused)
    return text


def one_line(text: str) -> str:
    """*text* with its breaks as spaces."""
    return " ".join(text.split())


def as_markdown(text: str) -> str:
    """*text* so that a board shows exactly its words: paragraphs and lists as they were meant, every sign of Markdown as a sign.

    A line that does not end a sentence goes on in the next: many senders wrap their lines for a teleprinter.
    """
    return "\n\n".join(block for part in re.split(r"\n\s*\n", text) for block in _blocks(part)).strip()


def _blocks(part: str) -> list[str]:
    blocks: list[str] = []
    entries: list[str] = []
    for is_entry, line in _joined(part):
        if is_entry:
            entries.append(f"- {_escaped(line)}")
            continue
        if entries:
            blocks.append("\n".join(entries))
            entries = []
        blocks.append(_escaped(line))
    return [*blocks, "\n".join(entries)] if entries else blocks


def _joined(part: str) -> list[tuple[bool, str]]:
    """The lines of one paragraph as (is an entry of a list, words)."""
    found: list[tuple[bool, str]] = []
    for line in (one_line(each) for each in part.split("\n")):
        bullet = _BULLET.match(f"{line} ")
        words = line[bullet.end() :] if bullet else line
        if not words:
            continue
        if bullet or not found or found[-1][1].endswith(_SENTENCE_ENDS):
            found.append((bullet is not None, words))
        else:
            found[-1] = (found[-1][0], f"{found[-1][1]} {words}")
    return found


def _escaped(line: str) -> str:
    signs = _SIGNS.sub(lambda found: f"\\{found[0]}", line)
    first = _AT_START.match(signs)
    if first is None:
        return signs
    # A number is kept from starting a list by its stop, any other sign by itself.
    at = first.end() if first[0].isdigit() else 0
    return f"{signs[:at]}\\{signs[at:]}"


def _without_html(text: str, where: str, findings: Findings, remarks: Findings) -> str:
    page = _Page()
    try:
        page.feed(text)
        page.close()
    except AssertionError:
        # What html.parser (Python 3.11) raises of a torn declaration such as "<![ x".
        page.strange.add("<![")
    if page.strange:
        names = ", ".join(sorted(page.strange))[:80]
        findings.add(where, f"HTML không hiện được / HTML that cannot be shown: {names}", "viết bằng chữ thường / write plain words")
    else:
        remarks.add(where, "đã bỏ thẻ HTML, giữ chữ / HTML tags were removed, the words kept")
    return page.text()


class _Page(HTMLParser):
    """The words of a page of HTML with its breaks; *strange* are the tags that hold something else."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.strange: set[str] = set()
        self._pieces: list[str] = []

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        if tag not in _KNOWN:
            self.strange.add(f"<{tag}>")
        elif tag == "li":
            self._pieces.append("\n• ")
        elif tag in _BREAKS:
            self._pieces.append("\n" if tag == "br" else "\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BREAKS and tag != "br":
            self._pieces.append("\n\n")

    def handle_data(self, data: str) -> None:
        self._pieces.append(data)

    def handle_comment(self, _: str) -> None:
        self.strange.add("<!-- -->")

    def handle_decl(self, _: str) -> None:
        self.strange.add("<!…>")

    def handle_pi(self, _: str) -> None:
        self.strange.add("<?…>")

    def unknown_decl(self, _: str) -> None:
        self.strange.add("<![…]>")

    def text(self) -> str:
        """All of it."""
        return "".join(self._pieces)
