"""Whether each version is written in the letters of its language: what was typed for an old Khmer font is Latin gibberish on a board."""

import unicodedata
from collections.abc import Iterator

from registry.making.findings import Findings
from registry.making.reading import Source

_LETTERS = {"km": "KHMER", "lo": "LAO", "th": "THAI"}
"""How the names of a language's letters begin, where it is written in no others."""


def check_scripts(source: Source, findings: Findings) -> None:
    """Put every version that is mostly written in foreign letters into *findings*; names and numbers among its own are no fault."""
    for where, language, text in _versions(source):
        check_script(text, language, where, findings)


def check_script(text: str, language: str, where: str, findings: Findings) -> None:
    """The same for one *text*."""
    script = _LETTERS.get(language.split("-")[0])
    if script and _foreign(text, script):
        name = script.title()
        what = f"bản “{language}” không viết bằng chữ {name} Unicode / the version “{language}” is not in {name} letters"
        old = "nếu là phông cũ như Limon thì gõ lại bằng Unicode / type it again in Unicode if it is for an old font such as Limon"
        findings.add(where, what, f"{old}; nếu là tiếng khác thì sửa mã tiếng / or correct the language")


def _foreign(text: str, script: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return 2 * sum(unicodedata.name(char, "").startswith(script) for char in letters) < len(letters)


def _versions(source: Source) -> Iterator[tuple[str, str, str]]:
    for written in (*source.notices, *source.recorded()):
        yield from ((page.where, page.language, f"{page.head.title} {page.body}") for page in written.others)
    for number, ticker in enumerate(source.programme.ticker, 1):
        yield from ((f"programme.toml: ticker[{number}].text.{language}", language, text) for language, text in ticker.text.items())
    for alert in source.alerts:
        for language, words in alert.file.text.items():
            told = f"{words.headline} {words.description} {words.instruction} {words.where}"
            yield f"{alert.where}: text.{language}", language, told
