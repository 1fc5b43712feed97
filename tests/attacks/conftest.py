"""What every attack starts from: a village with an honest bundle and an honest alert on air."""

from pathlib import Path

import pytest

from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path / "publisher", ["vn.20", CHANNEL, "vn.20.06002"], second_author="Quàng Thị Ban")
    made.release_bundle(CHANNEL, small_bundle(made.now, pictures=(b"picture",)), [b"picture"])
    made.release_alerts(CHANNEL, flood_alert(made.now, speech=b"speech"), [b"speech"])
    return made


@pytest.fixture
async def village(tmp_path: Path, publisher: Publisher) -> Village:
    made = Village(tmp_path, publisher)
    assert (await made.look()).refusals == ()
    assert made.on_air() == ("Lịch tiêm chủng", ("lu-1",))
    return made
