"""What was released is read channel by channel: after a start, whoever stops an alert waits for the history of no other channel."""

import asyncio
from dataclasses import dataclass, field

import pytest

from registry.alerts.confirmation.released import Releases
from registry.web.alerts.reach import Reached
from tests.simulators.content import CHANNEL, flood_alert
from tests.simulators.publisher import Publisher

OTHERS = [f"vn.20.0600{n}" for n in range(2, 9)]


@dataclass
class Noted(Releases):
    """Notes which channels were looked at."""

    looked: list[str] = field(default_factory=list)

    def look(self, channel):
        self.looked.append(channel)
        super().look(channel)


@pytest.fixture
def reached(tmp_path):
    publisher = Publisher(tmp_path, ["vn.20", CHANNEL, *OTHERS])
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now))
    return Reached(None, Noted(publisher.tree), lambda: publisher.now, 1.0, lambda: 0.0)


async def test_an_officer_waits_for_their_own_channels_alone(reached):
    assert len(await reached.all((CHANNEL,))) == 1
    assert sorted(reached.releases.looked) == ["vn.20", CHANNEL]
    assert len(await reached.all()) == 1
    assert sorted(reached.releases.looked) == ["vn.20", CHANNEL, *OTHERS], "each history is read once"


async def test_who_reads_all_lets_others_in_between(reached):
    whole = asyncio.create_task(reached.all())
    assert len(await reached.all((CHANNEL,))) == 1
    assert not set(OTHERS) <= set(reached.releases.looked)
    await whole
    assert set(OTHERS) <= set(reached.releases.looked)
