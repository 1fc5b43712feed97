"""What an officer may write: strict models of the TOML files and of the front matter of notices and announcements."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bundle.alert import Airings, CapName, RiskLevel, Status
from bundle.area import AreaCode
from bundle.base import BulletinClass, Identifier, Language, Line, UnitId
from bundle.items import VIETNAMESE
from bundle.layout import Layout
from registry.making.film.limits import FilmLimits
from registry.making.sound.limits import SoundLimits

# A title must stand in large type on a board and be read from the road.
Title = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\r\n]*$")]
Speech = Annotated[str, StringConstraints(min_length=1, max_length=6000)]
Body = Annotated[str, StringConstraints(max_length=60_000)]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=120)]
# A blank is nobody's name.
Person = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\r\n]*\p{L}[^\r\n]*$")]
Count = Annotated[int, Field(ge=1, le=366)]
When = datetime | date


class Input(BaseModel):
    """Strict, and an unknown key is a fault: a misspelt word must never quietly mean nothing."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Answerable(Input):
    """Who answers for an item, where it differs from the programme's own answer."""

    document_number: Line | None = None
    issuing_body: Line | None = None
    author: Line | None = None
    approver: Line | None = None
    exception: Line | None = None


class ItemHead(Answerable):
    """What all items may say. A day in *valid_until* counts to its end; times are those of Việt Nam."""

    bulletin_class: BulletinClass = Field(default=BulletinClass.ROUTINE, alias="class", strict=False)
    essential: bool = False
    valid_from: When | None = None
    valid_until: When | None = None
    areas: list[AreaCode] = []
    units: list[UnitId] = []


class NoticeHead(ItemHead):
    """Front matter of ``notices/<slug>.vi.md``; *order* sorts notices, then the name of the file."""

    title: Title
    order: int = 100
    pictures: list[FileName] = []
    pdf: FileName | None = None
    film: FileName | None = None
    link: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=200)] | None = None


class VersionHead(Input):
    """Front matter of a notice in another language."""

    title: Title


class SpokenHead(Input):
    """Front matter of an announcement in another language: *audio* is a recording and *voice* who reads it, else a machine does."""

    title: Title
    reviewer: Person
    voice: Line | None = None
    audio: FileName | None = None


class AnnouncementHead(ItemHead, SpokenHead):
    """Front matter of ``announcements/<slug>.vi.md``; *music* is a recording over which speech may begin."""

    music: bool = False


class PhraseHead(ItemHead, SpokenHead):
    """Front matter of ``phrases/<slug>.vi.md``: words kept ready on the units; *class* says what they are for."""


class Entry(ItemHead):
    """One table of ``programme.toml`` with a name of its own."""

    id: Identifier


class SessionEntry(Entry):
    """A planned session; *start* is local, *rule* an RFC 5545 RRULE, *maximum* and *window* are seconds.

    *zones* name the groups of loudspeakers that sound, none means all; *on_site*: a duty holder may start it at the unit.
    """

    title: Title
    start: datetime
    rule: Annotated[str, StringConstraints(max_length=200)] | None = None
    except_on: list[datetime] = []
    order: Annotated[list[Identifier], Field(min_length=1, max_length=60)]
    maximum: Annotated[float, Field(gt=0, le=6 * 3600)] = 900.0
    window: Annotated[float, Field(ge=0, le=3600)] = 120.0
    zones: Annotated[list[Identifier], Field(max_length=8)] = []
    on_site: bool = False


class TickerEntry(Entry):
    """One running line, *text* by language."""

    text: dict[Language, Line]


class SponsorEntry(Entry):
    """A sponsor's mark under contract; *share* of the time, 0 to 1."""

    sponsor: Line
    contract: Line
    picture: FileName
    share: Annotated[float, Field(gt=0, le=1)]


class RebroadcastEntry(Entry):
    """A live programme of a higher station for *duration* seconds; *gain* in dB, *fallback* announcements when it fails."""

    title: Title
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=300)]
    duration: Annotated[float, Field(gt=0, le=3 * 3600)]
    fallback: list[Identifier] = []
    language: Language = VIETNAMESE
    gain: Annotated[float, Field(ge=-30, le=20)] = 0.0


class LiveGrantEntry(Entry):
    """Leave for *person*, as named on their key, to speak live for *minutes* at a time; *url* is the registry's ``/live``."""

    title: Title
    person: Line
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=200)]
    minutes: Annotated[float, Field(gt=0, le=60)]
    zones: Annotated[list[Identifier], Field(max_length=8)] = []


class ProgrammeFile(Input):
    """``programme.toml``: who publishes, what is answered by default, and when the loudspeaker speaks."""

    format: Literal[1]
    channel: AreaCode
    title: Title
    area_name: Line
    contact: Line
    issuing_body: Line
    author: Line
    approver: Line
    document_number: Line | None = None
    sender: CapName | None = None
    valid_days: Count = 30
    session: list[SessionEntry] = []
    ticker: list[TickerEntry] = []
    sponsor: list[SponsorEntry] = []
    rebroadcast: list[RebroadcastEntry] = []
    local_bulletin: list[Identifier] = []
    live_grant: list[LiveGrantEntry] = []
    layout: Annotated[list[Layout], Field(max_length=20)] = []
    sound: SoundLimits = SoundLimits()
    film: FilmLimits = FilmLimits()


class AlertVersion(Input):
    """One language of an emergency; *speech* is spoken by a machine unless *audio* names a recording; without both it is only shown.

    Of what sounds the *reviewer* has heard every word, and of a recording *voice* says who speaks.
    """

    headline: Title
    description: Body = ""
    instruction: Body
    where: Line
    speech: Speech | None = None
    audio: FileName | None = None
    voice: Line | None = None
    reviewer: Person | None = None


class AlertFile(Answerable):
    """``alerts/<slug>.toml``: an emergency kept ready; it begins to count when it is released."""

    status: Status = Field(strict=False)
    event: Line
    level: RiskLevel = Field(strict=False)
    valid_hours: Annotated[float, Field(gt=0, le=72)] = 6.0
    areas: list[AreaCode] = []
    units: list[UnitId] = []
    wake: bool = False
    airings: Airings = Airings()
    link: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=200)] | None = None
    text: dict[Language, AlertVersion]
