"""The kinds of people whose phones are bound: what differs between them is data."""

from dataclasses import dataclass, field

from sqlalchemy import Table

from registry.audit.chain import Event

Pair = tuple[str, str]


@dataclass(frozen=True)
class Events:
    """What the audit says of them."""

    added: Event
    bound: Event
    revoked: Event


@dataclass(frozen=True)
class Kind:
    """One kind of people: their *table*, the *cookie* of their phones, the page *invites* of their links and the one that is *home*.

    *title* stands above their pages, *can* says what a bound phone may do; *listed* is the command that lists them.
    """

    table: Table = field(repr=False)
    cookie: str
    invites: str
    home: str
    title: Pair
    can: Pair
    listed: str
    events: Events

    @property
    def where(self) -> str:
        """Who is complained of, in both languages."""
        return " / ".join(self.title).lower()

    @property
    def binds(self) -> str:
        """Where the form on the page of the link goes."""
        return f"{self.home}/bind"
