"""The items of a bundle out of their source: texts, pictures and speech, one function per kind."""

from pathlib import Path
from typing import Any

from bundle.asset import Film, Picture
from bundle.errors import refuse
from bundle.items import Announcement, LiveGrant, Notice, Phrase, Rebroadcast, Session, Spoken, SponsorMark, Ticker, Wording
from bundle.schedule import Schedule
from registry.making.answers import common
from registry.making.blobs import Blobs
from registry.making.breaks import with_breaks
from registry.making.film.films import make_film
from registry.making.names import inside
from registry.making.pdf import make_pages
from registry.making.pictures import make_picture
from registry.making.reading import Page, Recorded, Written
from registry.making.source import (
    AnnouncementHead,
    LiveGrantEntry,
    NoticeHead,
    PhraseHead,
    ProgrammeFile,
    RebroadcastEntry,
    SessionEntry,
    SpokenHead,
    SponsorEntry,
    TickerEntry,
    VersionHead,
)
from registry.making.spoken import Speaker, Words

MAX_PICTURES = 40


def make_notice(programme: ProgrammeFile, source: Written[NoticeHead, VersionHead], folder: Path, blobs: Blobs) -> Notice:
    """A notice with its pictures, the pages of its PDF, and its film."""
    head, where = source.main.head, source.main.where
    versions = [_wording(source.main, head.title), *(_wording(page, page.head.title) for page in source.others)]
    pictures, film = _pictures(head, folder, where, blobs), _film(programme, head, folder, where, blobs)
    return Notice(id=source.slug, versions=tuple(versions), pictures=pictures, film=film, link=head.link, **common(programme, head))


def _wording(page: Page[Any], title: str) -> Wording:
    return Wording(language=page.language, title=with_breaks(title, f"{page.where}: title"), body=with_breaks(page.body, page.where))


def _film(programme: ProgrammeFile, head: NoticeHead, folder: Path, where: str, blobs: Blobs) -> Film | None:
    if head.film is None:
        return None
    place = f"{where}: film"
    return make_film(inside(folder / "notices", head.film, place), place, blobs, programme.film)


def _pictures(head: NoticeHead, folder: Path, where: str, blobs: Blobs) -> tuple[Picture, ...]:
    place = f"{where}: pictures"
    made = [make_picture(inside(folder / "pictures", name, place), place, blobs) for name in head.pictures]
    if head.pdf:
        place = f"{where}: pdf"
        made += make_pages(inside(folder / "notices", head.pdf, place), place, blobs)
    if len(made) > MAX_PICTURES:
        raise refuse(place, f"{len(made)} ảnh, quá {MAX_PICTURES} / more than {MAX_PICTURES} pictures", "chia thành nhiều tin / split it")
    return tuple(made)


def make_announcement(programme: ProgrammeFile, source: Written[AnnouncementHead, SpokenHead], speaker: Speaker) -> Announcement:
    """An announcement in all its languages, each with its clip."""
    head = source.main.head
    return Announcement(
        id=source.slug, versions=_versions(source, "announcements", speaker, head.music), music=head.music, **common(programme, head)
    )


def make_phrase(programme: ProgrammeFile, source: Written[PhraseHead, SpokenHead], speaker: Speaker) -> Phrase:
    """Words kept ready on the units, in all their languages, each with its clip."""
    return Phrase(id=source.slug, versions=_versions(source, "phrases", speaker), **common(programme, source.main.head))


def _versions(source: Recorded, kind: str, speaker: Speaker, music: bool = False) -> tuple[Spoken, ...]:
    main: Page[AnnouncementHead] | Page[PhraseHead] = source.main
    return (_spoken(main, kind, speaker, music), *(_spoken(page, kind, speaker, music) for page in source.others))


def _spoken(page: Page[AnnouncementHead] | Page[PhraseHead] | Page[SpokenHead], kind: str, speaker: Speaker, music: bool) -> Spoken:
    head = page.head
    said = Words(kind, head.audio, page.body, page.language, f"{page.where}: audio", head.title, head.reviewer, music)
    clip, voice = speaker.clip(said), speaker.voice_of(said, head.voice)
    # The breaks are for what is read: the voice got the words as they were written.
    shown = _wording(page, head.title)
    return Spoken(language=page.language, title=shown.title, body=shown.body, clip=clip, voice=voice, reviewer=head.reviewer)


def make_session(programme: ProgrammeFile, entry: SessionEntry) -> Session:
    """A planned session; ``ValidationError`` when its rule cannot be read."""
    return Session(
        id=entry.id,
        title=entry.title,
        schedule=Schedule(start=entry.start, rule=entry.rule, except_on=tuple(entry.except_on)),
        order=tuple(entry.order),
        maximum=entry.maximum,
        window=entry.window,
        zones=tuple(entry.zones),
        on_site=entry.on_site,
        **common(programme, entry),
    )


def make_ticker(programme: ProgrammeFile, entry: TickerEntry) -> Ticker:
    """A running line in all its languages."""
    versions = tuple(
        Wording(language=language, title=with_breaks(text, f"ticker {entry.id}: text.{language}")) for language, text in entry.text.items()
    )
    return Ticker(id=entry.id, versions=versions, **common(programme, entry))


def make_rebroadcast(programme: ProgrammeFile, entry: RebroadcastEntry) -> Rebroadcast:
    """A live programme of a higher station."""
    return Rebroadcast(
        id=entry.id,
        title=entry.title,
        url=entry.url,
        duration=entry.duration,
        fallback=tuple(entry.fallback),
        language=entry.language,
        gain=entry.gain,
        **common(programme, entry),
    )


def make_live_grant(programme: ProgrammeFile, entry: LiveGrantEntry) -> LiveGrant:
    """Leave to speak live."""
    return LiveGrant(
        id=entry.id,
        title=entry.title,
        person=entry.person,
        url=entry.url,
        minutes=entry.minutes,
        zones=tuple(entry.zones),
        **common(programme, entry),
    )


def make_sponsor(programme: ProgrammeFile, entry: SponsorEntry, folder: Path, where: str, blobs: Blobs) -> SponsorMark:
    """A sponsor's mark with its picture."""
    picture = make_picture(inside(folder / "pictures", entry.picture, where), where, blobs)
    return SponsorMark(
        id=entry.id, sponsor=entry.sponsor, contract=entry.contract, picture=picture, share=entry.share, **common(programme, entry)
    )
