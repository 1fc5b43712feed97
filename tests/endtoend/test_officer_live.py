"""An officer speaks into the registry, and orders reach the loudspeaker: what the village heard, on the tape."""

import asyncio
import threading
from contextlib import contextmanager
from datetime import timedelta

import numpy as np
import pytest
from aiohttp import web

from audio.driver.ring import RATE
from audio.driver.tape import intervals, read_tape, violations
from bundle.items import LiveGrant
from bundle.orders import Orders, VolumeOrder
from bundle.policy import Policy, RebroadcastRules
from bundle.trust import Target
from device.status import read_status
from evidence.records import OrderSeen, Outcome, Rung
from registry.live.encoding import from_file
from registry.live.speaking import speak
from registry.trust.orders import Given, ending, live_order, mute_order, released_orders, tone_order, volume_order, with_order
from registry.web.app import make_app
from registry.web.config import Config
from tests.audio.conftest import until
from tests.audio.village import tone
from tests.simulators.content import CHANNEL, PROVENANCE, small_bundle
from tests.simulators.speech import spoken

pytestmark = pytest.mark.endtoend
LEAD = 8.0
RULES = RebroadcastRules(connect_ahead=8.0, buffer=3.0, silent_for=2.0, grace=8.0, return_after=4.0)


@contextmanager
def registry(village, folder):
    """A real registry that serves the publisher's tree by the village's clock, in a thread of its own; gives its address."""
    loop, address, ended = asyncio.new_event_loop(), [], asyncio.Event()

    async def serve():
        config = Config(data=folder, site=village.publisher.site, url="http://127.0.0.1", now=village.now, live_patience=2.0)
        runner = web.AppRunner(make_app(config), shutdown_timeout=1.0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        address.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
        await ended.wait()
        await runner.cleanup()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        yield until(lambda: address, "the registry")[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()


class Office:
    """The officer's desk: orders are signed, released, and put on the unit's shelf as its agent would."""

    def __init__(self, village):
        self.village, self.publisher = village, village.publisher
        self.person = self.publisher.keys["ops"].person

    def given(self, seconds, lead=0.0):
        return Given(self.person, self.village.now() + timedelta(seconds=lead), timedelta(seconds=seconds), "họp dân")

    def order(self, made):
        self.release(with_order(released_orders(self.publisher.tree, CHANNEL), CHANNEL, made, self.village.now()))
        return made

    def release(self, orders: Orders):
        self.publisher.release_orders(CHANNEL, orders, at=self.village.now())
        self.village.put(Target.OPS)

    def rules(self, url="http://127.0.0.1:1"):
        """A grant for the officer, and rules with short times."""
        grant = LiveGrant(id="noi", provenance=PROVENANCE, title="Xã nói chuyện", person=self.person, url=f"{url}/live", minutes=5.0)
        bundle = small_bundle(self.publisher.now).model_copy(update={"live_grants": (grant,)})
        self.publisher.release_bundle(CHANNEL, bundle, at=self.village.now())
        self.village.put(Target.BUNDLE)
        self.publisher.release_policy(CHANNEL, Policy(format=1, channel=CHANNEL, quiet_hours=(), rebroadcast=RULES), at=self.village.now())
        self.village.put(Target.POLICY)


def loudest(samples, hertz):
    """The RMS in dBFS of each 20 ms of the tape in which *hertz* is the strongest tone."""
    size, found = RATE // 50, []
    for number in range(len(samples) // size):
        piece = samples[number * size : (number + 1) * size].astype(float)
        level = np.sqrt(np.mean(piece**2)) / 32768
        strongest = np.fft.rfftfreq(8192, 1 / RATE)[int(np.argmax(np.abs(np.fft.rfft(piece * np.hanning(size), 8192))))]
        if level > 0.001 and abs(strongest - hertz) < 30:
            found.append(20 * np.log10(level))
    return np.array(found)


def test_the_village_hears_what_the_officer_says_for_as_long_as_it_is_ordered(village, tmp_path):
    office, said = Office(village), tmp_path / "noi.ogg"
    said.write_bytes(spoken("audio/ogg", 12.0, 700.0))
    with registry(village, tmp_path / "data") as address:
        office.rules(address)
        village.start()
        until(lambda: village.lines or village.sounded() is not None, "the voice")
        leave, secret = live_order(village.publisher.tree, CHANNEL, office.given(120.0, LEAD), "noi")
        office.order(leave.order)
        kept = asyncio.run(speak(leave.url, secret, from_file(said, LEAD), 60.0))
        office.release(
            ending(released_orders(office.publisher.tree, CHANNEL), CHANNEL, leave.order.id, village.now() + timedelta(seconds=8))
        )
        started, done = village.outcome("/0:noi", Outcome.STARTED), village.outcome("/0:noi", Outcome.COMPLETE)
        village.bench.switched_to(False)
    assert (started.item, started.holder, started.occurrence) == ("noi", office.person, kept.occurrence)
    assert done.rung >= Rung.LEFT_DRIVER
    assert [line.identity for line in village.lines if isinstance(line, OrderSeen)] == [kept.occurrence.removesuffix("/0:noi")]
    tape = read_tape(village.bench.tape)
    heard = loudest(tape.samples, 700.0)
    print(len(heard) / 50, "s heard of 12 s")
    assert len(heard) / 50 == pytest.approx(12.0, abs=0.5), "from the first word to the last"
    breaches = violations(tape, intervals(village.bench.look(), tape), 0.5, 1.0, 1.0)
    # Until the shortened order ends the line stays on for what might still come; but nothing sounds outside of it.
    assert [breach for breach in breaches if "stayed active" not in breach] == []


def test_volume_and_mute_hold_for_a_test_tone_and_never_for_an_emergency(village):
    office = Office(village)
    office.rules()
    village.start()

    def sound():
        made = office.order(tone_order(office.given(60.0), 2.0))
        return village.outcome(made.id, Outcome.COMPLETE)

    assert sound().rung is Rung.LEFT_DRIVER
    village.bench.switched_to(False)
    full = loudest(read_tape(village.bench.tape).samples, 1000.0)
    quieter = office.order(volume_order(office.given(600.0), -12.0))
    assert isinstance(quieter, VolumeOrder)
    sound()
    before = len(village.bench.look())
    village.bench.switched_to(False, max(0, before - 1))
    both = loudest(read_tape(village.bench.tape).samples, 1000.0)
    low = both[len(full) :]
    print("tone", np.median(full), "dBFS, then", np.median(low))
    assert np.median(full) - np.median(low) == pytest.approx(12.0, abs=0.5)
    assert read_status(village.paths, "audio").volume == -12.0
    office.order(mute_order(office.given(600.0)))
    silent = office.order(tone_order(office.given(60.0), 2.0))
    refused = village.outcome(silent.id, Outcome.REFUSED_BY_RULE)
    assert "muted by order" in refused.reason
    assert "muted by order: họp dân" in until(lambda: read_status(village.paths, "audio").muted, "the status to say so")
    village.raise_alert(tone(2.0, level=0.3, hertz=440.0))
    village.outcome("alert:", Outcome.COMPLETE)
    alarm = loudest(read_tape(village.bench.tape).samples, 440.0)
    assert np.median(alarm) == pytest.approx(20 * np.log10(0.3 / np.sqrt(2)), abs=1.0), "at full volume"
