"""High-water marks: what a program has once accepted, so that nobody can hand it an older state."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from bundle.area import AreaCode
from bundle.base import Instant, Model
from bundle.errors import Refused, refuse
from bundle.trust.targets import Target

if TYPE_CHECKING:
    from bundle.trust.verify import Verified

Version = Annotated[int, Field(ge=1)]


class TargetMark(Model):
    """The versions behind one accepted target: of the root, of the delegations (*targets*) and of its own role."""

    root: Version
    targets: Version
    version: Version
    snapshot: Version
    issued: Instant


class ChannelMarks(Model):
    """The marks of one channel, by target.

    They stand apart for each target because packs are replaced one by one: an alert of today beside the bundle of last week is normal.
    """

    targets: dict[Target, TargetMark] = Field(default_factory=dict)

    @property
    def issued(self) -> datetime | None:
        """The newest signed date seen; time never goes below it."""
        return max((mark.issued for mark in self.targets.values()), default=None)

    def raised_by(self, verified: "Verified") -> "ChannelMarks":
        """These marks after *verified* was accepted; a mark never falls."""
        new = TargetMark(
            root=verified.root,
            targets=verified.delegations,
            version=verified.version,
            snapshot=verified.snapshot,
            issued=verified.issued,
        )
        old = self.targets.get(verified.target)
        return ChannelMarks(targets={**self.targets, verified.target: new if old is None else _higher(old, new)})


class Marks(Model):
    """All marks of one program, as it keeps them in its own file."""

    format: Literal[1] = 1
    channels: dict[AreaCode, ChannelMarks] = Field(default_factory=dict)

    @property
    def issued(self) -> datetime | None:
        """The newest signed date seen in any channel."""
        return max((marks.issued for marks in self.channels.values() if marks.issued), default=None)

    def of(self, channel: str) -> ChannelMarks:
        """The marks of *channel*; none yet is an empty set."""
        return self.channels.get(channel, ChannelMarks())

    def raised_by(self, verified: "Verified") -> "Marks":
        """These marks after *verified* was accepted."""
        return Marks(channels={**self.channels, verified.channel: self.of(verified.channel).raised_by(verified)})


def older_than(marks: ChannelMarks, verified: "Verified") -> Refused | None:
    """Why *verified* is older than what was accepted before, if it is.

    An older timestamp or snapshot around the same role version is no rollback: it carries the same content.
    """
    mark = marks.targets.get(verified.target)
    if mark is None:
        return None
    for name, have, known in (
        ("root", verified.root, mark.root),
        ("delegations", verified.delegations, mark.targets),
        ("content", verified.version, mark.version),
    ):
        if have < known:
            return refuse(
                f"{verified.channel}/{verified.target}",
                f"bản cũ: {name} v{have}, đã nhận v{known} (older than what was accepted before)",
                "phát hành lại / release it again",
            )
    return None


def _higher(old: TargetMark, new: TargetMark) -> TargetMark:
    return TargetMark(
        root=max(old.root, new.root),
        targets=max(old.targets, new.targets),
        version=max(old.version, new.version),
        snapshot=max(old.snapshot, new.snapshot),
        issued=max(old.issued, new.issued),
    )
