"""A unit whose site nobody confirmed: not even an emergency leaves its loudspeaker, until a technician says that it may."""

import numpy as np
import pytest

from audio.driver.ring import RATE
from audio.driver.tape import read_tape
from device.status import read_status
from device.unit import UNCONFIRMED, read_unit, write_unit
from evidence.records import AlertSeen
from provisioning.confirming import confirm
from tests.audio.conftest import until
from tests.audio.village import Village, tone


@pytest.fixture
def village(bench, tmp_path_factory):
    return Village(bench, tmp_path_factory.mktemp("publisher"))


def seen(village):
    village.lines += village._reader.new()
    return any(isinstance(line, AlertSeen) for line in village.lines)


def test_an_emergency_waits_for_the_technician_and_sounds_as_soon_as_the_site_is_confirmed(village):
    write_unit(village.paths, read_unit(village.paths).model_copy(update={"confirmed": None}))
    village.start()
    status = until(lambda: (s := read_status(village.paths, "audio")) and s.reasons and s.ready and s, "the reason")
    assert status.reasons == (UNCONFIRMED,)
    village.raise_alert(tone(3.0))
    until(lambda: seen(village), "the alert to be known")
    until(lambda: len(read_tape(village.bench.tape).samples) > 3 * RATE, "the tape to go on")
    assert village.sounding() is None
    assert not read_tape(village.bench.tape).samples.any(), "not a sample left"
    confirm(village.paths, village.now())
    until(village.sounding, "the emergency")
    until(lambda: np.abs(read_tape(village.bench.tape).samples).max() > 5000, "its sound on the tape")
    assert UNCONFIRMED not in read_status(village.paths, "audio").reasons
