"""High-water marks: what a program has once accepted, so that nobody can hand it an older state."""

from collections.abc import Iterable
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
    """The versions behind one accepted target: of the root, of the delegations (*targets*) and of its own role.

    All but the root's count within one *epoch* only (see ``bundle.trust.epochs``); files from before there were epochs stand in the first.
    """

    epoch: Version = 1
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
    def epoch(self) -> int:
        """The newest epoch seen."""
        return max((mark.epoch for mark in self.targets.values()), default=1)

    @property
    def issued(self) -> datetime | None:
        """The newest signed date seen in the newest epoch."""
        return _newest(self.targets.values())

    def raised_by(self, verified: "Verified") -> "ChannelMarks":
        """These marks after *verified* was accepted; a mark never falls."""
        new = TargetMark(
            epoch=verified.epoch,
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
        """The newest signed date seen in any channel, of the newest epoch: all channels have one root."""
        return _newest(mark for marks in self.channels.values() for mark in marks.targets.values())

    def of(self, channel: str) -> ChannelMarks:
        """The marks of *channel*; none yet is an empty set."""
        return self.channels.get(channel, ChannelMarks())

    def raised_by(self, verified: "Verified") -> "Marks":
        """These marks after *verified* was accepted."""
        return Marks(channels={**self.channels, verified.channel: self.of(verified.channel).raised_by(verified)})


def older_than(marks: ChannelMarks, verified: "Verified") -> Refused | None:
    """Why *verified* is older than what was accepted before, if it is.

    An older timestamp or snapshot around the same role version is no rollback: it carries the same content.
    A newer epoch makes delegations and content comparable no more; the root always is.
    """
    mark = marks.targets.get(verified.target)
    if verified.epoch < marks.epoch and (mark is None or _state(mark) != _seen(verified)):
        # What was in force before the keys were revoked stays so; nothing else of that time comes in any more.
        return _refuse(verified, f"dấu thời gian của khóa đã thu hồi (announced by revoked keys, epoch {verified.epoch} < {marks.epoch})")
    if mark is None:
        return None
    compared = [("root", verified.root, mark.root)]
    if verified.epoch == mark.epoch:
        compared += [("delegations", verified.delegations, mark.targets), ("content", verified.version, mark.version)]
    for name, have, known in compared:
        if have < known:
            return _refuse(verified, f"bản cũ: {name} v{have}, đã nhận v{known} (older than what was accepted before)")
    return None


def _refuse(verified: "Verified", what: str) -> Refused:
    return refuse(f"{verified.channel}/{verified.target}", what, "phát hành lại / release it again")


def _state(mark: TargetMark) -> tuple[int, int, int, int]:
    return mark.epoch, mark.root, mark.targets, mark.version


def _seen(verified: "Verified") -> tuple[int, int, int, int]:
    return verified.epoch, verified.root, verified.delegations, verified.version


def _newest(marks: Iterable[TargetMark]) -> datetime | None:
    newest = max(marks, key=lambda mark: (mark.epoch, mark.issued), default=None)
    return newest.issued if newest else None


def _higher(old: TargetMark, new: TargetMark) -> TargetMark:
    """Within one epoch each number rises alone; between two epochs the newer mark counts as it is."""
    if old.epoch != new.epoch:
        return max(old, new, key=lambda mark: mark.epoch)
    return TargetMark(
        epoch=new.epoch,
        root=max(old.root, new.root),
        targets=max(old.targets, new.targets),
        version=max(old.version, new.version),
        snapshot=max(old.snapshot, new.snapshot),
        issued=max(old.issued, new.issued),
    )
