"""Along the roads: the network first, the next one when it is away, and nothing that one road says stops another."""

from pathlib import Path

import pytest

from agent.pull import Checked, DirectorySource, Source
from agent.roads import Roads
from bundle.errors import Complaint
from bundle.trust import Target
from device.errors import SeamError, ShelfFull, TooSlow, Unreachable

CHANNEL = "vn.20.06001"
ODD = Complaint("here", "odd", "mend it")


def roads(*names: str) -> Roads:
    network, *others = (DirectorySource(Path(name)) for name in names)
    return Roads(network, tuple(others[:1]), list(others[1:]))


class Answers:
    """Answers by the source's name, and remembers who was asked."""

    def __init__(self, **answers: Checked | SeamError) -> None:
        self.answers, self.asked = answers, list[str]()

    async def __call__(self, source: Source) -> Checked:
        self.asked.append(source.label)
        answer = self.answers[source.label]
        if isinstance(answer, SeamError):
            raise answer
        return answer


async def test_when_the_network_answers_nobody_else_is_asked() -> None:
    answers = Answers(net=Checked(CHANNEL, (Target.BUNDLE,)))
    assert await roads("net", "lan", "stick").look(CHANNEL, answers) == Checked(CHANNEL, (Target.BUNDLE,))
    assert answers.asked == ["net"]


@pytest.mark.parametrize("away", [Unreachable("gone", 60), TooSlow("no bytes")])
async def test_when_it_is_away_the_next_one_is_asked_and_the_reason_is_kept(away: SeamError) -> None:
    answers = Answers(net=away, lan=Unreachable("off"), stick=Checked(CHANNEL, (Target.ALERTS,)))
    assert await roads("net", "lan", "stick").look(CHANNEL, answers) == Checked(CHANNEL, (Target.ALERTS,), (), away)
    assert answers.asked == ["net", "lan", "stick"]


async def test_a_refusal_is_told_and_stops_no_other_road() -> None:
    answers = Answers(net=Checked(CHANNEL, (), (ODD,)), lan=Checked(CHANNEL, (Target.BUNDLE,)))
    assert await roads("net", "lan", "stick").look(CHANNEL, answers) == Checked(CHANNEL, (Target.BUNDLE,), (ODD,))
    assert answers.asked == ["net", "lan"]


async def test_when_nobody_answers_the_networks_own_reason_stands() -> None:
    away = Unreachable("gone", 60)
    with pytest.raises(Unreachable) as told:
        await roads("net", "lan").look(CHANNEL, Answers(net=away, lan=TooSlow("slow")))
    assert told.value is away


async def test_a_full_card_is_no_roads_fault() -> None:
    answers = Answers(net=ShelfFull("full"))
    with pytest.raises(ShelfFull):
        await roads("net", "lan").look(CHANNEL, answers)
    assert answers.asked == ["net"]
