"""Which of the village's languages the content in force lacks, as far as it means this unit; one sentence for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from bundle.items import Item
from bundle.manifest import Bundle
from director.languages import choose, lacking, recorded
from director.programme import Programme
from director.rules import addressed, withdrawn

NAMED = 6
"""How many items of a language are named; the others are counted."""

Gap = tuple[str, str]
"""(language, item)"""


def unread(programme: Programme) -> Iterator[Gap]:
    """Notices that the board cannot show in each of the village's languages."""
    for bundle in programme.bundles():
        for notice in bundle.notices:
            if _meant(programme, bundle, notice):
                yield from ((language, notice.id) for language in lacking(notice.versions, programme.site.languages))


def unheard(programme: Programme) -> Iterator[Gap]:
    """Announcements and alerts that the voice cannot say in the language which the village wants first."""
    languages = programme.site.languages
    for bundle in programme.bundles():
        for announcement in bundle.announcements:
            if _meant(programme, bundle, announcement):
                yield from ((language, announcement.id) for language in choose(announcement.versions, languages)[1])
    for alert in (alert for cell in programme.cells if cell.alerts for alert in cell.alerts.alerts):
        if programme.site.addressed(alert.areas, alert.units) and (speech := recorded(alert.versions, languages)):
            yield from ((language, alert.identifier) for language in speech.missing)


def sentence(gaps: Iterable[Gap]) -> str:
    """What is missing, by language; empty when nothing is."""
    by_language = defaultdict[str, list[str]](list)
    for language, item in gaps:
        by_language[language].append(item)
    return "; ".join(_told(language, items) for language, items in by_language.items())


def _told(language: str, items: list[str]) -> str:
    more = f" +{len(items) - NAMED}" if len(items) > NAMED else ""
    return f"thiếu bản tiếng {language} / no {language} version: {', '.join(items[:NAMED])}{more}"


def _meant(programme: Programme, bundle: Bundle, item: Item) -> bool:
    return addressed(programme, item) and withdrawn(programme, bundle, item.id) is None
