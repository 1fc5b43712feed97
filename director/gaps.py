"""What the content in force lacks for this unit: languages of its village, classes that it knows, zones that it has."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from bundle.items import Item, LiveGrant, Notice, Session, SponsorMark, Ticker
from bundle.manifest import Bundle, items
from director.decision import HeldBack, Limit
from director.languages import choose, lacking, recorded
from director.programme import Programme
from director.rules import addressed, offered, withdrawn

NAMED = 6
"""How many items of a language are named; the others are counted."""

Gap = tuple[str, str]
"""(language, item)"""

LIMITS: dict[Limit, tuple[str, str]] = {
    Limit.NO_RULES: ("chính sách ở đây không cho phép", "the policy here allows none"),
    Limit.AREA: ("chính sách không cho phép ở nơi này", "the policy allows none at this place"),
    Limit.LEVEL: ("cấp cao hơn mức chính sách cho phép", "its level is above what the policy allows"),
    Limit.RATE: ("quá nhiều trong một giờ", "too many within an hour"),
    Limit.AT_ONCE: ("quá nhiều cùng lúc, tin cấp cao hơn hoặc mới hơn được giữ", "too many at once, higher or newer ones are kept"),
    Limit.AHEAD: ("giờ gửi còn ở phía trước", "it says that it was sent later than now"),
}


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
    lists = (found for cell in programme.cells for found in (cell.alerts, cell.feed) if found)
    for alert in (alert for found in lists for alert in found.alerts):
        if programme.site.addressed(alert.areas, alert.units) and (speech := recorded(alert.versions, languages)):
            yield from ((language, alert.identifier) for language in speech.missing)


def on_board(item: Item) -> bool:
    """Whether *item* is for the board; all others are for the loudspeaker."""
    return isinstance(item, Notice | Ticker | SponsorMark)


def strange_classes(programme: Programme, mine: Callable[[Item], bool]) -> str:
    """Which of *mine* came with a class that nobody here knows, and is treated as routine; empty when none did."""
    found = [
        f"{item.id} ({item.stated_class})"
        for bundle in programme.bundles()
        for item in items(bundle)
        if mine(item) and not item.class_known and _meant(programme, bundle, item)
    ]
    return f"không biết loại, coi là thông thường / class unknown, treated as routine: {_some(found)}" if found else ""


def strange_zones(programme: Programme) -> str:
    """Which sessions and grants name this very place but only zones that no loudspeaker here has, so that nothing sounds.

    A commune's session for the market's horns is right, and silent at every unit that has no market: only its own place can tell.
    """
    site = programme.site
    found = [
        f"{item.id} ({', '.join(item.zones)})"
        for bundle in programme.bundles()
        for item in _heard_here(programme, bundle)
        if item.zones and site.zones and not site.reached(item.zones)
        if site.named(item.areas, item.units) and withdrawn(programme, bundle, item.id) is None
    ]
    here = f"ở đây có / here are: {', '.join(site.zones)}"
    return f"không cụm loa nào ở đây được gọi tên / names no zone that is here: {_some(found)}; {here}" if found else ""


def kept_back(held_back: Iterable[HeldBack]) -> str:
    """Why alerts of the feed neither show nor sound; empty when none waits. It names no alert: a flood must not fill the journal."""
    reasons = sorted({each.limit for each in held_back})
    told = "; ".join(f"{LIMITS[limit][0]} / {LIMITS[limit][1]}" for limit in reasons)
    return f"cảnh báo tự động bị giữ lại / automatic alerts are held back: {told}" if told else ""


def sentence(gaps: Iterable[Gap]) -> str:
    """What is missing, by language; empty when nothing is."""
    by_language = defaultdict[str, list[str]](list)
    for language, item in gaps:
        by_language[language].append(item)
    return "; ".join(_told(language, items) for language, items in by_language.items())


def _told(language: str, names: list[str]) -> str:
    return f"thiếu bản tiếng {language} / no {language} version: {_some(names)}"


def _some(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" +{len(names) - NAMED}" if len(names) > NAMED else "")


def _heard_here(programme: Programme, bundle: Bundle) -> Iterator[Session | LiveGrant]:
    """What names zones and is more than an offer."""
    yield from (session for session in bundle.sessions if not offered(programme, bundle.channel, session))
    yield from bundle.live_grants


def _meant(programme: Programme, bundle: Bundle, item: Item) -> bool:
    return addressed(programme, item) and withdrawn(programme, bundle, item.id) is None
