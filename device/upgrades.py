"""What became of releases on this unit, and which version of ours runs: written by the caretaker, read by the agent too."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from bundle.area import AreaCode
from bundle.base import Model, Sentence
from bundle.software import Number, rank
from device.durable import replace
from device.own import read_own
from device.paths import Paths

MOST_FAILED = 50

_number: TypeAdapter[str] = TypeAdapter(Number)


class Good(Model):
    """The *release* of *channel* that this unit found good last, with the version *software* of ours."""

    channel: AreaCode
    release: Number
    software: Number


class Failed(Model):
    """A *release* that this unit tried and left, or could not install; it is never tried again."""

    release: Number
    reason: Sentence


class History(Model):
    """``upgrades.json``. *permits* are the caretaker's own marks, the highest number by channel: no older permit counts any more.

    *previous* is the version of ours before the good one; it stays installed.
    """

    format: Literal[1] = 1
    permits: dict[AreaCode, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    good: Good | None = None
    previous: Number | None = None
    failed: Annotated[tuple[Failed, ...], Field(max_length=MOST_FAILED)] = ()

    def settled(self, release: str) -> bool:
        """Whether nothing is left to do about *release*: it is here, something newer is, or it failed."""
        if any(each.release == release for each in self.failed):
            return True
        return self.good is not None and rank(release) <= rank(self.good.release)

    def with_failed(self, release: str, reason: str) -> "History":
        """This history with one more that failed; of too many the oldest are forgotten, which something newer has overtaken long ago."""
        failed = (*(each for each in self.failed if each.release != release), Failed(release=release, reason=reason))
        return self.model_copy(update={"failed": failed[-MOST_FAILED:]})


def read_history(paths: Paths) -> History:
    """The history; an empty one before the first release. ``ValidationError`` when it is damaged."""
    try:
        return read_own(History, paths.upgrades)
    except FileNotFoundError:
        return History()


def write_history(paths: Paths, history: History) -> None:
    """Keep *history* durably; only the caretaker does."""
    replace(paths.upgrades, history.model_dump_json().encode())


class KeptPermits(Model):
    """``permits.json``: the signed permit of each channel. Whoever obeys one verifies it again."""

    format: Literal[1] = 1
    permits: dict[AreaCode, str] = Field(default_factory=dict)


def kept_permits(paths: Paths) -> dict[str, str]:
    """The tokens by channel, unverified; nothing readable is none."""
    try:
        return read_own(KeptPermits, paths.permits).permits
    except (OSError, ValidationError):
        return {}


def keep_permits(paths: Paths, tokens: dict[str, str]) -> None:
    """Keep the tokens durably; only the agent does."""
    replace(paths.permits, KeptPermits(permits=tokens).model_dump_json().encode())


def running_version(paths: Paths, link: str = "current") -> str | None:
    """The version of ours that *link* (``current``, ``good``) names; ``None`` where none is installed, as in a checkout."""
    try:
        return _number.validate_python((paths.versions / link).readlink().name)
    except (OSError, ValidationError):
        return None
