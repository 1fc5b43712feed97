"""What must become of alerts, written down as plainly as FIELD says it: it forgets nothing, and shares no line with the director."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

PROVINCE, COMMUNE, FEED = "province", "commune", "feed"
AUTHORITY = {PROVINCE: 0, COMMUNE: 1, FEED: 1}
"""The feed is the commune's."""
IN_FORCE, CANCELLED, SUPERSEDED, EXPIRED, HELD_BACK = "in-force", "cancelled", "superseded", "expired", "held-back"


@dataclass(frozen=True)
class Note:
    """One message as its author wrote it; *names* are the names of others. *forged*: who copies it puts other words under its name."""

    name: str
    author: str
    kind: str
    sent: datetime
    names: tuple[str, ...] = ()
    expires: datetime | None = None
    level: int = 3
    count: int = 1
    forged: bool = False

    @property
    def ends(self) -> datetime:
        return self.expires or self.sent + timedelta(hours=24)


@dataclass
class Oracle:
    """Everything that ever arrived, with the lists in which it came; nothing leaves it again. *feed_level* is the policy's limit."""

    feed_level: int
    notes: dict[str, Note] = field(default_factory=dict)
    came_by: dict[str, set[str]] = field(default_factory=dict)
    stops: set[str] = field(default_factory=set)

    def arrive(self, where: str, note: Note) -> None:
        self.notes[note.name] = note
        self.came_by.setdefault(note.name, set()).add(where)

    def owner(self, name: str) -> str:
        """Who counts as its author, of all whose lists it came in: persons before the feed, the province before the commune."""
        return next(place for place in (PROVINCE, COMMUNE, FEED) if place in self.came_by[name])

    def others_words(self, name: str) -> bool:
        """Whether what counts under *name* are not its author's words."""
        return self.notes[name].forged and self.owner(name) != self.notes[name].author

    def stopped(self, name: str) -> bool:
        """One person of the commune stops what the commune says, and its feed; not the province."""
        return name in self.stops and self.owner(name) != PROVINCE

    def may_end(self, name: str, other: str) -> bool:
        mine, theirs = self.owner(name), self.owner(other)
        if mine == FEED and theirs != FEED:
            return False
        return name != other and AUTHORITY[mine] <= AUTHORITY[theirs]

    def later(self, name: str, other: str) -> bool:
        return (self.notes[name].sent, name) > (self.notes[other].sent, other)

    def replaces(self, name: str, other: str) -> bool:
        """Whether the update *name* takes the place of *other*: it names it; of updates in a ring the later counts."""
        note = self.notes[name]
        if note.kind != "Update" or other not in note.names or not self.may_end(name, other):
            return False
        return self.later(name, other) or name not in self._behind(other, frozenset())

    def _behind(self, name: str, been: frozenset[str]) -> set[str]:
        """Everything of which *name* is an update, straight or by way of others."""
        if name in been or name not in self.notes or self.notes[name].kind != "Update":
            return set()
        return set(self.notes[name].names).union(*(self._behind(each, been | {name}) for each in self.notes[name].names))

    def beyond(self, name: str) -> bool:
        """Whether the policy lets the feed not say this."""
        return self.owner(name) == FEED and self.notes[name].level > self.feed_level and self.notes[name].kind != "Cancel"

    def cancels(self, name: str) -> set[str]:
        """The Cancels that end *name*: that name it, or something of which it is an update sent before them."""
        return {each for each in self.notes if self.notes[each].kind == "Cancel" and self._reaches(each, name)}

    def _reaches(self, cancel: str, name: str) -> bool:
        if not self.may_end(cancel, name):
            return False
        if name in self.notes[cancel].names:
            return True
        if self.notes[name].kind != "Update" or not self.later(cancel, name):
            return False
        return any(
            before in self.notes[cancel].names or (before in self.notes and before != name and self._tells_on(cancel, before, {name}))
            for before in self.notes[name].names
        )

    def _tells_on(self, cancel: str, name: str, been: set[str]) -> bool:
        """Whether *name* is an update that *cancel* reaches, on the way from one that was asked about."""
        note = self.notes[name]
        if note.kind != "Update" or not self.may_end(cancel, name) or not self.later(cancel, name):
            return False
        named = self.notes[cancel].names
        return any(
            before in named or (before in self.notes and before not in been and self._tells_on(cancel, before, been | {name}))
            for before in note.names
        )

    def standing(self, name: str, now: datetime) -> str:
        note = self.notes[name]
        if self.stopped(name) or self.cancels(name):
            return CANCELLED
        if any(self.replaces(each, name) and not self.beyond(each) for each in self.notes):
            return SUPERSEDED
        if note.ends <= now:
            return EXPIRED
        return HELD_BACK if self.beyond(name) else IN_FORCE

    def ended_by(self, cancel: str) -> set[str]:
        """Everything that *cancel* ends, and what that replaced before: people may have heard any of it."""
        return self._with_what_came_before({name for name in self.notes if name != cancel and cancel in self.cancels(name)})

    def is_no_news(self, name: str, whole: set[str]) -> bool:
        """Whether *name* need wake nobody who has heard *whole*: it is over, or no worse than before."""
        note, before = self.notes[name], self._with_what_came_before({name}) - {name}
        return note.kind == "Cancel" or any(note.level <= self.notes[each].level for each in before & whole)

    def goes_on(self, now: datetime) -> set[str]:
        """Everything that went before something in force: of it nobody may say that it is over."""
        standing = {name for name in self.notes if self.notes[name].kind != "Cancel" and self.standing(name, now) == IN_FORCE}
        return self._with_what_came_before(standing) - standing

    def _with_what_came_before(self, names: set[str]) -> set[str]:
        story = set(names)
        while more := {
            before
            for name in story
            for before in self.notes[name].names
            if before in self.notes and before not in story and self.replaces(name, before)
        }:
            story |= more
        return story
