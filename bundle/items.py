"""The items of a bundle: notices and tickers for the board, announcements and rebroadcasts in sessions for the speaker."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from bundle.area import AreaCode
from bundle.asset import Clip, Film, Picture
from bundle.base import BulletinClass, Identifier, Instant, Language, Line, Model, Text, UnitId
from bundle.schedule import Schedule

VIETNAMESE = "vi"


class Provenance(Model):
    """Who answers for an item. The approver is another person than the author, or the exception is on record."""

    author: Line
    approver: Line
    issuing_body: Line
    document_number: Line | None = None
    exception: Line | None = None

    @model_validator(mode="after")
    def _two_persons(self) -> Self:
        if self.author == self.approver and self.exception is None:
            raise ValueError("author and approver are the same person and no exception is recorded")
        return self


class Item(Model):
    """What all items share. Empty *areas* and *units* mean: everyone whom the channel covers.

    *stated_class* is its class as it was written, and may be a word that this software does not know.
    """

    id: Identifier
    stated_class: Line = Field(default=BulletinClass.ROUTINE, alias="bulletin_class", examples=list(BulletinClass))
    areas: tuple[AreaCode, ...] = ()
    units: tuple[UnitId, ...] = ()
    valid_from: Instant | None = None
    valid_until: Instant | None = None
    essential: bool = False
    provenance: Provenance

    @property
    def bulletin_class(self) -> BulletinClass:
        """The class by which it is treated: an unknown one is routine, and never raised."""
        return BulletinClass(self.stated_class) if self.class_known else BulletinClass.ROUTINE

    @property
    def class_known(self) -> bool:
        """Whether *stated_class* is one of the three."""
        return self.stated_class in tuple(BulletinClass)

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.valid_from is not None and self.valid_until is not None and self.valid_from >= self.valid_until:
            raise ValueError("its validity ends before it begins")
        return self


class Wording(Model):
    """One language's text: *body* is plain Markdown (paragraphs, lists, simple tables, emphasis)."""

    language: Language
    title: Line
    body: Text = ""


def _one_per_language(versions: tuple[Wording, ...]) -> None:
    languages = [version.language for version in versions]
    if len(set(languages)) != len(languages):
        raise ValueError("a language stands twice")
    if VIETNAMESE not in languages:
        raise ValueError("the Vietnamese version is missing")


class Notice(Item):
    """Something for the board: text per language, after it pictures (or the pages of a PDF), then a film; and where a QR code leads."""

    versions: Annotated[tuple[Wording, ...], Field(min_length=1, max_length=12)]
    pictures: Annotated[tuple[Picture, ...], Field(max_length=40)] = ()
    film: Film | None = None
    link: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=200)] | None = None

    @property
    def media(self) -> tuple[Picture | Film, ...]:
        """Every blob that it needs: its pictures, its film and the film's poster."""
        return (*self.pictures, *((self.film, self.film.poster) if self.film else ()))

    @model_validator(mode="after")
    def _languages(self) -> Self:
        _one_per_language(self.versions)
        return self


class Ticker(Item):
    """One line that runs along the bottom of the board."""

    versions: Annotated[tuple[Wording, ...], Field(min_length=1, max_length=12)]

    @model_validator(mode="after")
    def _languages(self) -> Self:
        _one_per_language(self.versions)
        return self


class Spoken(Wording):
    """One language's announcement: the text that is also shown, its recording, the voice and who reviewed it."""

    clip: Clip
    voice: Line
    reviewer: Line


class Recorded(Item):
    """What lies on the unit as finished recordings, one per language; its text stands on the board while it sounds."""

    versions: Annotated[tuple[Spoken, ...], Field(min_length=1, max_length=12)]

    @model_validator(mode="after")
    def _languages(self) -> Self:
        _one_per_language(self.versions)
        return self


class Announcement(Recorded):
    """Something for the speaker in a session. Over *music* speech may begin, which lowers it."""

    music: bool = False


class Phrase(Recorded):
    """Approved words kept ready on the unit; nothing plans them: an alert, or a duty holder on site, starts them.

    Its class says what it is for: one of the class emergency may sound as an emergency, any other only as what it is.
    """


class Rebroadcast(Item):
    """A live programme of a higher station for *duration* seconds; *fallback* announcements play when it fails.

    *url* is a stream (Icecast or plain HTTP) or an HLS playlist; *gain* (dB) brings it to the loudness of the recordings.
    """

    title: Line
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=500)]
    duration: Annotated[float, Field(gt=0, le=3 * 3600)]
    fallback: Annotated[tuple[Identifier, ...], Field(max_length=20)] = ()
    language: Language = VIETNAMESE
    gain: Annotated[float, Field(ge=-30, le=20)] = 0.0


class Session(Item):
    """A planned run (buổi phát): *order* names announcements and rebroadcasts; it ends at most *maximum* seconds after it starts.

    *zones* name the groups of loudspeakers that sound, none means all of them. *on_site*: a duty holder may start it at the unit.

    A start that was missed is made up only within *window* seconds of its due time, else it is logged as missed.
    """

    title: Line
    schedule: Schedule
    order: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=60)]
    maximum: Annotated[float, Field(gt=0, le=6 * 3600)]
    window: Annotated[float, Field(ge=0, le=3600)] = 120.0
    zones: Annotated[tuple[Identifier, ...], Field(max_length=8)] = ()
    on_site: bool = False


class LiveGrant(Item):
    """Leave for *person* to speak live for at most *minutes* at a time, in these *zones* (none: all of them), by orders of their own.

    The registry offers what they say below *url*. Two persons sign the grant, so that one may start.
    """

    title: Line
    person: Line
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=200)]
    minutes: Annotated[float, Field(gt=0, le=60)]
    zones: Annotated[tuple[Identifier, ...], Field(max_length=8)] = ()


class SponsorMark(Item):
    """A sponsor's mark at the foot of the board under contract; never in sound, never during an emergency."""

    sponsor: Line
    contract: Line
    picture: Picture
    share: Annotated[float, Field(gt=0, le=1)]
