"""The facts of an archive: what is proven by whose signature, computed from nothing but the proofs in it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from bangtin.archive.releases import Release, Releases, alert_named, item_named, read_release
from bangtin.archive.told import TAMPERED, Testimony, Told, Window, naming, read_testimony
from bundle.alert import AlertText
from bundle.area import AreaCode
from bundle.asset import Asset
from bundle.base import Instant, Language, Line, Model, Sha256, Text, UnitId
from bundle.errors import refuse
from bundle.items import Notice, Provenance, Recorded, Ticker
from bundle.parse import parse
from bundle.policy import StopList
from bundle.trust import PLAYED, Target, path_for
from director.programme import Site
from evidence.records import JournalLine, Shown, Sounded
from evidence.report import Enrolment
from evidence.signing import thumbprint, verify


class KeptLines(Model):
    """Lines that the registry keeps, whose signed report it no longer has."""

    program: Line
    first: int
    last: int


class UnitSaid(Model):
    """Where a unit stood and whose key was its own, as the registry says; no signature of the unit says where it stood."""

    unit: UnitId
    place: AreaCode
    place_name: Line
    channels: tuple[AreaCode, ...]
    languages: tuple[Language, ...]
    since: Instant
    key: dict[str, Any]
    unsigned: tuple[KeptLines, ...] = ()

    def site(self) -> Site:
        """The unit as the director knows it."""
        return Site(self.unit, self.place, self.place_name, self.channels, self.languages)


class Said(Model):
    """``registry.json``: what was asked for, and what only the registry's word stands for."""

    format: Literal[1] = 1
    village: AreaCode
    start: Instant
    end: Instant
    width: Annotated[int, Field(ge=64, le=7680)]
    height: Annotated[int, Field(ge=64, le=7680)]
    units: tuple[UnitSaid, ...]
    lacking_blobs: tuple[Sha256, ...] = ()
    lacking_packs: tuple[Line, ...] = ()

    @property
    def window(self) -> Window:
        """The time asked for."""
        return Window(self.start, self.end)


class Heard(Model):
    """A recording that was spoken; *gain* in dB was applied to it."""

    sound: Sha256
    gain: float = 0.0


class Words(Model):
    """One language of an item; *sound* is the recording that was spoken, *gain* in dB was applied to it.

    Of an alert that is what was made for it; *beside* are the others that it may have spoken: when it was sent, then stored phrases.
    """

    language: Language
    title: Line
    body: Text
    sound: Sha256 | None = None
    gain: float = 0.0
    beside: tuple[Heard, ...] = ()

    @property
    def recordings(self) -> tuple[Heard, ...]:
        """All of them, in the order in which they are spoken."""
        return (*self.beside, *((Heard(sound=self.sound, gain=self.gain),) if self.sound else ()))


class ItemFact(Model):
    """Something that was shown or sounded, as it was signed: *file* proves it.

    *alone* is the reason, signed by the province, why one person was enough.
    """

    file: Line
    channel: AreaCode
    item: Line
    kind: Line
    title: Line
    words: tuple[Words, ...]
    pictures: tuple[Sha256, ...] = ()
    provenance: Provenance
    authors: tuple[Line, ...]
    approvers: tuple[Line, ...]
    alone: Text | None = None
    issued: Instant
    withdrawn: Line | None = None


class Receipt(Model):
    """One journal line as the unit signed it in the report *file*; *item* is the index of what it names, None when that is not at hand."""

    file: Line
    program: Line
    line: JournalLine
    first: Instant | None
    last: Instant | None
    item: int | None = None


class Force(Model):
    """One target on one unit: what had been released by then, what the unit said before and after."""

    target: Line
    released: int | None
    before: int | None
    before_at: Instant | None
    after: int | None
    after_at: Instant | None


class MissingLines(Model):
    """Journal lines that are not there: *why* is the unit's own loss, a signature that was let go of, or that no report came."""

    program: Line
    first: int
    last: int
    why: Literal["lost-on-unit", "signature-not-kept", "no-report"]


class UnitFacts(Model):
    """What one unit's key proves. *silent_after*: nothing newer came, so receipts may still lie on the unit."""

    unit: UnitId
    thumbprint: Line
    asked_to_enrol: bool
    reports: int
    force: tuple[Force, ...]
    receipts: tuple[Receipt, ...]
    unplaced: tuple[Receipt, ...]
    missing: tuple[MissingLines, ...]
    silent_before: bool
    silent_after: bool


class Facts(Model):
    """``facts.json``: for machines; ``index.html`` says the same for people."""

    format: Literal[1] = 1
    root: Line
    items: tuple[ItemFact, ...]
    units: tuple[UnitFacts, ...]


@dataclass(frozen=True)
class Proofs:
    """The signed material: the trust *root*, packs by file, and by unit its reports by file and its enrolment."""

    root: bytes
    packs: Mapping[str, bytes]
    reports: Mapping[str, Mapping[str, str]]
    enrolments: Mapping[str, str]


@dataclass(frozen=True)
class Proven:
    """The proofs, verified: every signature was checked."""

    releases: Releases
    testimonies: Mapping[str, Testimony]


def prove(said: Said, proofs: Proofs) -> Proven:
    """Check every signature; ``Refused`` names the file that fails."""
    releases = Releases((read_release(file, raw, proofs.root) for file, raw in proofs.packs.items()), proofs.root)
    if strangers := set(proofs.reports) - {unit.unit for unit in said.units}:
        raise refuse("registry.json", f"không nói về / says nothing of {', '.join(sorted(strangers))}", TAMPERED)
    testimonies = {}
    for unit in said.units:
        testimonies[unit.unit] = read_testimony(proofs.reports.get(unit.unit, {}), unit.unit, unit.key)
        if token := proofs.enrolments.get(unit.unit):
            _check_enrolment(unit, token)
    return Proven(releases, testimonies)


def facts(said: Said, proofs: Proofs, proven: Proven, root: str) -> Facts:
    """All facts; *root* is the fingerprint of the trust root."""
    gathered = _Items(proven.releases, said)
    units = tuple(_unit(unit, said.window, proofs, proven, gathered) for unit in said.units)
    return Facts(root=root, items=tuple(gathered.found), units=units)


def _check_enrolment(unit: UnitSaid, token: str) -> None:
    where = f"units/{unit.unit}/enrolment.jws"
    with naming(where):
        asked = parse(Enrolment, verify(token, unit.key), where)
    if (asked.unit, asked.key) != (unit.unit, unit.key):
        raise refuse(where, f"của {asked.unit} / of {asked.unit}", TAMPERED)


def _unit(unit: UnitSaid, window: Window, proofs: Proofs, proven: Proven, gathered: "_Items") -> UnitFacts:
    testimony = proven.testimonies[unit.unit]
    _, after = testimony.in_force(window.end)
    return UnitFacts(
        unit=unit.unit,
        thumbprint=thumbprint(unit.key),
        asked_to_enrol=unit.unit in proofs.enrolments,
        reports=len(proofs.reports.get(unit.unit, {})),
        force=tuple(_forces(unit, window, proven.releases, testimony)),
        receipts=tuple(_receipt(told, testimony, gathered) for told in testimony.within(window)),
        unplaced=tuple(_receipt(told, testimony, gathered) for told in testimony.unplaced()),
        missing=tuple(_missing(unit, testimony, window)),
        silent_before=testimony.in_force(window.start)[0] is None,
        silent_after=after is None,
    )


def _forces(unit: UnitSaid, window: Window, releases: Releases, testimony: Testimony) -> Iterator[Force]:
    before, after = testimony.in_force(window.start)
    for channel in unit.channels:
        for target in PLAYED:
            released, name = releases.released_by(channel, target, window.start), path_for(channel, target)
            yield Force(
                target=name,
                released=released.verified.version if released else None,
                before=before[1].get(name) if before else None,
                before_at=before[0] if before else None,
                after=after[1].get(name) if after else None,
                after_at=after[0] if after else None,
            )


def _missing(unit: UnitSaid, testimony: Testimony, window: Window) -> Iterator[MissingLines]:
    for gap in testimony.missing(window):
        kept = any(each.program == gap.program and each.first <= gap.first and gap.last <= each.last for each in unit.unsigned)
        why = "lost-on-unit" if gap.by_unit else ("signature-not-kept" if kept else "no-report")
        yield MissingLines.model_validate({"program": gap.program, "first": gap.first, "last": gap.last, "why": why})


def _receipt(told: Told, testimony: Testimony, gathered: "_Items") -> Receipt:
    item = None
    if isinstance(told.line, Shown | Sounded) and told.first:
        release = gathered.releases.told_of(told.line, told.first, testimony)
        item = gathered.index(release, told.line.item) if release else None
    return Receipt(file=told.file, program=told.program, line=told.line, first=told.first, last=told.last, item=item)


class _Items:
    """The items that receipts name, each once."""

    def __init__(self, releases: Releases, said: Said) -> None:
        self.releases, self._said = releases, said
        self.found: list[ItemFact] = []
        self._index: dict[tuple[str, str], int] = {}

    def index(self, release: Release, item: str) -> int | None:
        key = release.file, item
        if key not in self._index:
            fact = self._fact(release, item)
            if fact is None:
                return None
            self._index[key] = len(self.found)
            self.found.append(fact)
        return self._index[key]

    def _fact(self, release: Release, name: str) -> ItemFact | None:
        who = release.verified
        alert, item = alert_named(release.document, name), item_named(release.document, name)
        pictures: tuple[Sha256, ...] = ()
        match alert or item:
            case None:
                return None
            case Notice() | Ticker() | Recorded() as found:
                words = tuple(_words(version) for version in found.versions)
                pictures = tuple(asset.sha256 for asset in found.media) if isinstance(found, Notice) else ()
            case found:
                words = tuple(_words(version) for version in alert.versions) if alert else ()
        return ItemFact(
            file=release.file,
            channel=who.channel,
            item=name,
            kind=type(found).__name__.lower(),
            title=words[0].title if words else getattr(found, "title", name),
            words=words,
            pictures=pictures,
            provenance=found.provenance,
            authors=who.authors,
            approvers=who.approvers,
            alone=who.alone,
            issued=release.issued,
            withdrawn=self._withdrawn(release, name),
        )

    def _withdrawn(self, release: Release, name: str) -> str | None:
        stops = self.releases.released_by(release.verified.channel, Target.STOP, self._said.end)
        listed = stops.document.withdrawn if stops and isinstance(stops.document, StopList) else ()
        version = getattr(release.document, "version", 0)
        return next((each.reason for each in listed if each.item == name and version <= each.version), None)


def _words(version: Any) -> Words:
    """One version of a notice, an announcement or an alert."""
    clip: Asset | None = getattr(version, "clip", None)
    title = getattr(version, "title", None) or version.headline
    body = (
        version.body if hasattr(version, "body") else "\n\n".join(filter(None, (version.description, version.instruction, version.where)))
    )
    gain = getattr(clip, "gain", 0.0)
    spoken = (version.issued, *version.phrases) if isinstance(version, AlertText) else ()
    beside = tuple(Heard(sound=each.sha256, gain=each.gain) for each in spoken if each is not None)
    return Words(language=version.language, title=title, body=body, sound=clip.sha256 if clip else None, gain=gain, beside=beside)
