"""Where one unit stands with an alert: what is proven, of which of its outputs, and so how far it has reached people. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from registry.alerts.confirmation.steps import SOUND, Airing, Proof, Step
from registry.fleet.states import OURS, Known, Standing


class Reach(StrEnum):
    """How far an alert came, the furthest first; each unit and each village counts under exactly one, *NO_UNIT* of villages alone."""

    FULL = "full"
    BOARD_ONLY = "board"
    SOUND_ONLY = "sound"
    RECEIVED_ONLY = "received"
    NOT_REACHED = "not-reached"
    NOT_KNOWN = "not-known"
    NO_UNIT = "no-unit"


@dataclass(frozen=True)
class Phone:
    """Whom to telephone: *who* holds *duty*; *near* is false when they hold it for this very unit."""

    who: str
    duty: str
    number: str
    near: bool = False


@dataclass(frozen=True)
class Facts:
    """All that is known of one addressed unit: its state, its outputs, and what its signed reports prove of this alert.

    *board* and *voice*: whether it has one at all. *arrived* proves that the list which names the alert is there, *stopped* that the one
    which ends it is.
    """

    unit: str
    place: str
    place_name: str
    commune: str
    known: Known
    standing: Standing
    board: bool
    voice: bool
    arrived: Proof | None = None
    proofs: tuple[Proof, ...] = ()
    airings: tuple[Airing, ...] = ()
    stopped: Proof | None = None
    phones: tuple[Phone, ...] = ()
    simulated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ladder:
    """*facts* with the first proof of each step, how far that *reach*es, and *why* no further."""

    facts: Facts
    first: Mapping[Step, Proof]
    reach: Reach
    why: str | None = None

    @property
    def airing(self) -> Airing | None:
        """The newest airing of which anything is known."""
        return max(self.facts.airings, key=lambda airing: airing.number, default=None)

    @property
    def simulated(self) -> bool:
        """Whether anything here is proven of simulated hardware only."""
        return any(proof.simulated for proof in self.first.values())


@dataclass
class _Best:
    found: dict[Step, Proof] = field(default_factory=dict)

    def take(self, step: Step, proof: Proof) -> None:
        held = self.found.get(step)
        if held is None or _worth(proof) < _worth(held):
            self.found[step] = proof


def first_proofs(facts: Facts) -> dict[Step, Proof]:
    """The first proof of each step: real before simulated, of a known clock before one of an unknown.

    Whatever came later proves that the alert arrived, and that it was believed: nothing else is obeyed.
    """
    best = _Best()
    for proof in facts.proofs:
        best.take(proof.step, proof)
    if facts.arrived is not None:
        best.take(Step.RECEIVED, facts.arrived)
    for step in (Step.VERIFIED, Step.RECEIVED):
        for later in [proof for held, proof in best.found.items() if held > step]:
            best.take(step, later)
    return best.found


def reach_of(facts: Facts, first: Mapping[Step, Proof], issued: datetime, now: datetime) -> Reach:
    """How far what was *issued* then came. What simulated hardware did has reached nobody; what nobody has heard of lately is not known."""
    proven = {step for step, proof in first.items() if not proof.simulated}
    board, sound = Step.PRESENTED in proven, any(step in proven for step in SOUND if step > Step.COMMANDED)
    if (board and (sound or not facts.voice)) or (sound and not facts.board):
        return Reach.FULL
    if board or sound:
        return Reach.BOARD_ONLY if board else Reach.SOUND_ONLY
    if Step.RECEIVED in first:
        return Reach.RECEIVED_ONLY
    return Reach.NOT_REACHED if heard_since(facts, issued) and not stale(facts, now) else Reach.NOT_KNOWN


def heard_since(facts: Facts, moment: datetime) -> bool:
    """Whether the unit has been heard of since *moment*."""
    return facts.known.report is not None and facts.known.contact is not None and facts.known.contact >= moment


def stale(facts: Facts, now: datetime) -> bool:
    """Whether what the unit last said is no longer news of now."""
    return facts.known.contact is None or now - facts.known.contact > OURS.network


def delay(proof: Proof, sent: datetime) -> float | None:
    """Seconds from *sent* to what *proof* proves, None when the unit's clock may not be believed."""
    return max(0.0, (proof.at - sent).total_seconds()) if proof.clock else None


def _worth(proof: Proof) -> tuple[bool, bool, datetime]:
    return proof.simulated, not proof.clock, proof.at


def counted(reaches: Iterable[Reach]) -> dict[Reach, int]:
    """How many came how far, every kind named: they add up to all."""
    found = dict.fromkeys(Reach, 0)
    for reach in reaches:
        found[reach] += 1
    return found
