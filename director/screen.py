"""What the board should show now: an emergency, else the words that sound, else the next notice, else the built-in page."""

from dataclasses import replace
from datetime import UTC, datetime

from bundle.manifest import Bundle
from director.age import believed, soonest, usable
from director.alerts import Held, feed_edges, held_alerts, held_back, in_force, unseen
from director.captions import caption
from director.decision import AlertPage, BuiltInPage, Main, ScreenDecision, Sign, Why
from director.happened import Happened, shown_key
from director.languages import village_versions
from director.moment import Moment
from director.orders import given, muted, order_edges
from director.programme import Programme
from director.rotation import SPONSOR_SLOT, next_notice, sponsor_mark, ticker_lines, validity_edges
from director.rules import stopped

NEVER = -1
"""Before everything that was shown."""


def direct_screen(programme: Programme, moment: Moment, happened: Happened) -> ScreenDecision:
    """What should be on the board at *moment*, and until when that surely holds if nothing happens; total, without side effects."""
    held = held_alerts(programme, moment, happened)
    alerts = in_force(held)
    if stands_still := stopped(programme):
        decision = ScreenDecision(BuiltInPage(stands_still[0]), None)
    elif alerts:
        decision = _emergency(programme, moment, happened, alerts)
    elif programme.test_card:
        decision = ScreenDecision(BuiltInPage(Why.TEST_CARD), None)
    else:
        decision = _content(programme, moment, happened, held)
    nearest = next(reversed(tuple(programme.bundles())), None)
    clock = () if usable(moment.state) else (Sign.CLOCK_UNKNOWN,)
    unreceived = (Sign.NOT_RECEIVED,) if happened.unreceived and not stopped(programme) else ()
    return replace(
        decision,
        until=soonest(moment, (*feed_edges(held), *((decision.until,) if decision.until else ()))),
        signs=(*clock, *unreceived, *decision.signs),
        area_name=nearest.area_name if nearest else programme.site.place_name,
        contact=nearest.contact if nearest else "",
        unseen=unseen(held, programme, moment, happened),
        held_back=held_back(held),
    )


def _emergency(programme: Programme, moment: Moment, happened: Happened, alerts: tuple[Held, ...]) -> ScreenDecision:
    """The emergencies in turn: nothing else, no ticker and no sponsor.

    The one that this board has not yet shown whole, in every language of the village, comes first, the most important of several; then
    the one that was shown whole longest ago. So a new one is on at once, and none gives way in the middle of its words.
    """
    order = {key: n for n, key in enumerate(happened.shown_at)}

    def shown_whole(page: AlertPage) -> int:
        keys = (shown_key(page.channel, str(page.alert.identity()), text.language) for text in page.texts)
        return min((order.get(key, NEVER) for key in keys), default=NEVER)

    pages = [AlertPage(each.channel, each.alert, village_versions(each.alert.versions, programme.site.languages)) for each in alerts]
    return ScreenDecision(min(pages, key=shown_whole), soonest(moment, [alert.ends for alert in alerts]))


def _content(programme: Programme, moment: Moment, happened: Happened, held: tuple[Held, ...]) -> ScreenDecision:
    """Everything but an emergency; without a usable clock only what does not depend on the hour changes it."""
    at = believed(programme, moment)
    words, edges = caption(programme, moment, happened, held)
    chosen = next_notice(programme, at, happened)
    main: Main = BuiltInPage(Why.NO_CONTENT)
    source: Bundle | None = None
    missing: tuple[str, ...] = ()
    if words:
        main, source = words.page, words.bundle
        edges = [*edges, words.until] if words.until else edges
    elif chosen:
        main, source, missing = chosen.page, chosen.bundle, chosen.missing
    orders = given(programme, moment, happened) if usable(moment.state) else ()
    if usable(moment.state):
        edges = [*edges, *validity_edges(programme), *order_edges(orders)]
    if any(bundle.sponsors for bundle in programme.bundles()):
        edges = [*edges, _slot_end(moment, SPONSOR_SLOT)]
    old = source is not None and usable(moment.state) and source.valid_until <= moment.wall
    # Without a clock nobody can say here until when it is silent, and nothing but an emergency sounds anyway.
    signs = (*((Sign.MUTED,) if muted(orders, moment.wall) else ()), *((Sign.OLD_CONTENT,) if old else ()))
    return ScreenDecision(
        main,
        soonest(moment, edges),
        ticker_lines(programme, at),
        sponsor_mark(programme, at, moment),
        signs,
        as_of=source.made if source and old else None,
        missing_languages=tuple((chosen.page.notice.id, language) for language in missing) if chosen else (),
    )


def _slot(moment: Moment, seconds: float) -> int:
    return int(moment.wall.timestamp() // seconds)


def _slot_end(moment: Moment, seconds: float) -> datetime:
    return datetime.fromtimestamp((_slot(moment, seconds) + 1) * seconds, UTC)
