"""Everything that the service of provisioning knows at a moment, and what it tells of it: the next step and all that is wrong. Pure."""

from dataclasses import dataclass, field

from bundle.errors import Complaint
from device.first_boot import Access, FirstBoot, Step, Trouble
from director.moment import Moment
from evidence.pairing import Code
from evidence.self_test import SelfTest, Words
from provisioning.first_boot import words


@dataclass
class Known:
    """*troubles* are what stands in the way of a step, *progress* what is done about it. *paired* is the link and code on the board.

    *looked*: the first look is over; before it nobody knows anything. *enrolled* and *confirmed* are how far the unit has come.
    *astray*: by the network that there is, nobody answers who is the registry. *resting* is what stood in the way by a Wi-Fi in whose
    place the unit's own is open: it is tried again when that closes.
    *access* is how the unit's own page is reached while it is open, and *page* what is being done there.
    """

    looked: bool = False
    unit: str | None = None
    fingerprint: str | None = None
    paired: tuple[str, Code] | None = None
    seen: bool = False
    enrolled: bool = False
    confirmed: bool = False
    troubles: dict[Step, tuple[Trouble, ...]] = field(default_factory=dict)
    tests: tuple[SelfTest, ...] = ()
    progress: Words | None = None
    astray: bool = False
    resting: dict[Step, tuple[Trouble, ...]] = field(default_factory=dict)
    access: Access | None = None
    page: Words | None = None

    @property
    def step(self) -> Step:
        """The first that is not done."""
        if not self.looked:
            return Step.STARTING
        if self.enrolled and self.confirmed:
            return Step.DONE
        waits = Step.CONFIRM if self.enrolled else Step.SCAN if self.paired else Step.NETWORK
        # What is wrong with the road to the registry stops nobody who has been let in.
        mine = [step for step in Step if self.troubles.get(step) and (step in _OF_THE_UNIT or not self.enrolled)]
        return mine[0] if mine else waits

    @property
    def spares_wifi(self) -> bool:
        """Whether nothing is lost while the unit leaves the Wi-Fi that it is in: that leads to no registry, or none is asked."""
        return self.looked and not self.enrolled and (self.astray or self.step is Step.VILLAGE)

    def rest(self) -> None:
        """The unit has left its Wi-Fi for its own: what was wrong by that stays known."""
        self.resting = {step: found for step, found in self.troubles.items() if step in _OF_THE_ROAD}

    def anew(self) -> None:
        """The unit is in another network: what was wrong by the one before says nothing any more."""
        self.astray, self.resting = False, {}
        self.troubles = {step: found for step, found in self.troubles.items() if step not in _OF_THE_ROAD}
        self.progress = None if self.enrolled else words.CONNECTING

    def tell(self, moment: Moment) -> FirstBoot:
        """The same for board, loudspeaker and phone."""
        link, code = self.paired if self.paired and not self.enrolled else (None, None)
        return FirstBoot(
            at=moment.stamp(),
            step=self.step,
            unit=self.unit,
            fingerprint=self.fingerprint,
            link=link,
            code=code,
            progress=self.page or self.progress or words.PROGRESS.get(self.step),
            troubles=tuple(each for step in Step for each in self.troubles.get(step, ())),
            tests=self.tests,
            access=self.access if self.access and moment.mono < self.access.until else None,
        )


_OF_THE_UNIT = (Step.STORAGE, Step.BOOT_FILE)
_OF_THE_ROAD = (Step.NETWORK, Step.CLOCK, Step.REGISTRY)


def troubles_of(complaints: tuple[Complaint, ...]) -> tuple[Trouble, ...]:
    """Each complaint, "chữ Việt / English", as one trouble."""
    return tuple(Trouble(where=halves(each.where), what=halves(each.what), do=halves(each.do) if each.do else None) for each in complaints)


def halves(text: str) -> Words:
    """The Vietnamese and the English half of a sentence; one that is not of two halves is the same in both."""
    vietnamese, _, english = text.partition(" / ")
    return vietnamese or "?", english or vietnamese or "?"
