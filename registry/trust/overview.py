"""A channel's keys at a glance: who sits where, which versions are out, until when each signature is good, and what runs out first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from securesystemslib.signer import Key
from tuf.api.metadata import DelegatedRole, Metadata, Root, Targets

from bundle.trust import Role, persons_needed
from bundle.trust.persons import ONE_PERSON
from registry.trust.delegations import Duty, people_of
from registry.trust.site import Cell, Site


class Signed(StrEnum):
    """What is signed for a channel besides the documents of its roles."""

    ROOT = "root"
    TARGETS = "targets"
    SNAPSHOT = "snapshot"
    TIMESTAMP = "timestamp"


class Freshness(StrEnum):
    """How long something is good for yet, the worst first."""

    RUN_OUT = "run-out"
    SOON = "soon"
    GOOD = "good"


@dataclass(frozen=True)
class Ahead:
    """How long before its end something is said to run out soon: long enough to do something about it."""

    ceremony: timedelta = timedelta(days=60)
    snapshot: timedelta = timedelta(days=7)
    timestamp: timedelta = timedelta(days=2)

    def of(self, what: Signed | Role) -> timedelta:
        """For *what* is signed."""
        match what:
            case Signed.TIMESTAMP:
                return self.timestamp
            case Signed.SNAPSHOT:
                return self.snapshot
            case _:
                return self.ceremony


@dataclass(frozen=True)
class Validity:
    """One signed file: its *version*, and *until* when it is offered as new."""

    what: Signed | Role
    version: int
    until: datetime

    def freshness(self, now: datetime, ahead: Ahead) -> Freshness:
        """Whether it is good at *now*, and for how long yet."""
        if self.until <= now:
            return Freshness.RUN_OUT
        return Freshness.SOON if self.until - now <= ahead.of(self.what) else Freshness.GOOD


@dataclass(frozen=True)
class Seated:
    """A *person* with a *key* who signs on one side."""

    person: str
    duty: Duty
    key: Key | None


@dataclass(frozen=True)
class RoleView:
    """One role of a channel; *alone* is the recorded reason for which one person is enough. *released* is None before its first release."""

    role: Role
    persons: int
    seats: tuple[Seated, ...]
    alone: str
    released: Validity | None


@dataclass(frozen=True)
class ChannelView:
    """One channel: its roles in the order in which they are asked, and all that is signed for it, what runs out first at the front."""

    channel: str
    roles: tuple[RoleView, ...]
    validities: tuple[Validity, ...]

    def freshness(self, now: datetime, ahead: Ahead) -> Freshness:
        """The worst of all."""
        found = [each.freshness(now, ahead) for each in self.validities]
        return min(found, key=list(Freshness).index)


def overview(site: Site, channel: str) -> ChannelView:
    """What the release tree says of *channel*; ``Refused`` when it has no such channel, or files of it are damaged."""
    cell = site.cell(channel)
    delegations = cell.targets.signed.delegations
    roles = tuple(_role(site, cell, each, delegations.keys) for each in (delegations.roles or {}).values()) if delegations else ()
    signed = (_root(site, channel), *_own(cell), *(each.released for each in roles if each.released is not None))
    return ChannelView(channel, roles, tuple(sorted(signed, key=lambda each: each.until)))


def _role(site: Site, cell: Cell, delegated: DelegatedRole, keys: dict[str, Key]) -> RoleView:
    role = Role(delegated.name)
    seats = [Seated(person, duty, keys.get(keyid)) for duty in Duty for keyid, person in people_of(delegated, duty).items()]
    alone = delegated.unrecognized_fields.get(ONE_PERSON, {}).get("reason", "")
    return RoleView(role, persons_needed(role), tuple(seats), alone, _released(site, cell, role))


def _released(site: Site, cell: Cell, role: Role) -> Validity | None:
    version = cell.version(role.value)
    if not version:
        return None
    signed = site.read(site.metadata(cell.channel, role.value, version), Targets).signed
    return Validity(role, version, _aware(signed.expires))


def _own(cell: Cell) -> Iterable[Validity]:
    for what, each in ((Signed.TARGETS, cell.targets), (Signed.SNAPSHOT, cell.snapshot), (Signed.TIMESTAMP, cell.timestamp)):
        yield Validity(what, each.signed.version, _aware(each.signed.expires))


def _root(site: Site, channel: str) -> Validity:
    newest = [site.root().decode(), *site.newer_roots(channel)][-1]
    signed = Metadata[Root].from_bytes(newest.encode()).signed
    return Validity(Signed.ROOT, signed.version, _aware(signed.expires))


def _aware(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
