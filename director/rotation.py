"""The round of notices: priority first, then the nearest channel, in the officer's order, each in every language of the village."""

from dataclasses import dataclass
from datetime import datetime

from bundle.base import BulletinClass
from bundle.items import Item, Notice, SponsorMark, Wording
from bundle.manifest import Bundle
from director.decision import NoticePage, TickerLine
from director.happened import Happened, shown_key
from director.languages import lacking, village_versions
from director.moment import Moment
from director.programme import Programme
from director.rules import shows

# Sponsors share the board in slots; the step scatters each one's slots over the cycle instead of bunching them.
SPONSOR_SLOT = 30.0
_SLOTS, _STEP = 20, 13


@dataclass(frozen=True)
class Chosen:
    """The notice to show, the bundle it comes from, and the languages it lacks."""

    page: NoticePage
    bundle: Bundle
    missing: tuple[str, ...]


def next_notice(programme: Programme, at: datetime, happened: Happened) -> Chosen | None:
    """The notice after the one last shown; after anything else that was on the board, the one after the last notice of now."""
    round_ = _round(programme, at)
    if not round_:
        return None
    keys = [shown_key(bundle.channel, notice.id, wording.language) for bundle, notice, wording in round_]
    recent = (key for key in (happened.last_shown, *reversed(tuple(happened.shown_at))) if key in keys)
    last = next(recent, None)
    index = (keys.index(last) + 1) % len(keys) if last is not None else 0
    bundle, notice, wording = round_[index]
    page = NoticePage(bundle.channel, bundle.version, notice, wording, index + 1, len(round_))
    return Chosen(page, bundle, lacking(notice.versions, programme.site.languages))


def ticker_lines(programme: Programme, at: datetime) -> tuple[TickerLine, ...]:
    """The running lines in force, nearest channel first, each as one line in every language of the village."""
    lines: list[TickerLine] = []
    for bundle in reversed(tuple(programme.bundles())):
        for ticker in bundle.tickers:
            if shows(programme, bundle, ticker, at):
                versions = village_versions(ticker.versions, programme.site.languages)
                who = (bundle.channel, bundle.version, ticker.id)
                lines += [TickerLine(*who, each.language, " ".join(f"{each.title} {each.body}".split())) for each in versions]
    return tuple(lines)


def sponsor_mark(programme: Programme, at: datetime, moment: Moment) -> SponsorMark | None:
    """Whose mark stands at the foot now: each has its share of the slots, and what is not sold stays free."""
    marks = [mark for bundle in programme.bundles() for mark in bundle.sponsors if shows(programme, bundle, mark, at)]
    scale = max(1.0, sum(mark.share for mark in marks))
    point = (int(moment.wall.timestamp() // SPONSOR_SLOT) * _STEP % _SLOTS + 0.5) / _SLOTS * scale
    for mark in marks:
        point -= mark.share
        if point < 0:
            return mark
    return None


def validity_edges(programme: Programme) -> list[datetime]:
    """When notices, tickers and marks come and go, and when a bundle becomes old."""
    edges: list[datetime] = []
    for bundle in programme.bundles():
        edges.append(bundle.valid_until)
        shown: tuple[Item, ...] = (*bundle.notices, *bundle.tickers, *bundle.sponsors)
        edges += [edge for item in shown for edge in (item.valid_from, item.valid_until) if edge is not None]
    return edges


def _round(programme: Programme, at: datetime) -> list[tuple[Bundle, Notice, Wording]]:
    nearest_first = reversed(tuple(programme.bundles()))
    found = [(bundle, notice) for bundle in nearest_first for notice in bundle.notices if shows(programme, bundle, notice, at)]
    ordered = sorted(found, key=lambda each: each[1].bulletin_class is BulletinClass.ROUTINE)
    languages = programme.site.languages
    return [(bundle, notice, wording) for bundle, notice in ordered for wording in village_versions(notice.versions, languages)]
