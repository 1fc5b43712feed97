"""Where an officer's key sits: what each channel's newest delegations let it sign."""

from dataclasses import dataclass

from tuf.api.metadata import DelegatedRole, Targets

from bundle.trust import Role
from bundle.trust.persons import APPROVERS, AUTHORS, person_of
from registry.trust.site import Site
from registry.web.officer.people import Officer


@dataclass(frozen=True)
class Seats:
    """What one key may sign in *channel*: alerts as *author* or *approver*, stopping; content, which it *writes* or *approves*;
    and *orders* to units.
    """

    channel: str
    author: bool = False
    approver: bool = False
    stop: bool = False
    writes: bool = False
    approves: bool = False
    orders: bool = False

    @property
    def any(self) -> bool:
        """Whether it has a say about alerts here."""
        return self.author or self.approver or self.stop

    @property
    def none(self) -> bool:
        """Whether it has no seat here at all."""
        return not (self.any or self.writes or self.approves or self.orders)


def seats_of(site: Site, officer: Officer) -> tuple[Seats, ...]:
    """The seats of *officer* in each of their channels; none where the registry has no such channel, or no key of theirs is known."""
    held = set(site.channels())
    return tuple(_seats(site, officer, channel) if channel in held else Seats(channel) for channel in officer.channels)


def _seats(site: Site, officer: Officer, channel: str) -> Seats:
    targets: Targets = site.cell(channel).targets.signed
    roles = (targets.delegations.roles or {}) if targets.delegations else {}
    return Seats(
        channel,
        author=_sits(roles.get(Role.ALERTS.value), AUTHORS, officer),
        approver=_sits(roles.get(Role.ALERTS.value), APPROVERS, officer),
        stop=_sits(roles.get(Role.STOP.value), AUTHORS, officer),
        writes=_sits(roles.get(Role.CONTENT.value), AUTHORS, officer),
        approves=_sits(roles.get(Role.CONTENT.value), APPROVERS, officer),
        orders=_sits(roles.get(Role.OPS.value), AUTHORS, officer),
    )


def _sits(role: DelegatedRole | None, field: str, officer: Officer) -> bool:
    # A key that was revoked is gone from *keyids*; whose it is stands beside.
    return role is not None and officer.keyid in role.keyids and officer.keyid in role.unrecognized_fields.get(field, {})


def approvers_of(site: Site, channel: str, author: str, of: Role = Role.ALERTS) -> tuple[str, ...]:
    """Who may approve what *author* signs as *of* in *channel*, by name."""
    targets: Targets = site.cell(channel).targets.signed
    role = (targets.delegations.roles or {}).get(of.value) if targets.delegations else None
    named = role.unrecognized_fields.get(APPROVERS, {}) if role else {}
    return tuple(dict.fromkeys(name for name in named.values() if person_of(name) != person_of(author)))
