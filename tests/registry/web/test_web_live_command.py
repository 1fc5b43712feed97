"""``bangtin publish order live``: one command signs the start, speaks, and takes the start back when all is said."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from aiohttp.test_utils import TestServer

from bundle.items import LiveGrant
from bundle.policy import Policy
from registry.trust.orders import released_orders
from registry.web.app import make_app
from registry.web.config import Config
from tests.simulators.content import CHANNEL, PROVENANCE, small_bundle
from tests.simulators.live_registry import until
from tests.simulators.publisher import Publisher
from tests.simulators.speech import heard, spoken

NOW = datetime.now(UTC).replace(microsecond=0)


class Village:
    """A publisher and a registry that serves its tree on a free port."""

    def __init__(self, folder, server):
        self.folder, self.server = folder, server
        self.publisher = Publisher(folder / "publisher", [CHANNEL], now=NOW)
        self.person = self.publisher.keys["ops"].person
        grant = LiveGrant(
            id="noi", provenance=PROVENANCE, title="Xã nói chuyện", person=self.person, url=str(server.make_url("/live")), minutes=5.0
        )
        self.publisher.release_policy(CHANNEL, Policy(format=1, channel=CHANNEL, quiet_hours=()))
        self.publisher.release_bundle(CHANNEL, small_bundle(NOW).model_copy(update={"live_grants": (grant,)}))

    async def type(self, *words):
        keys = ("--ops-key", self.publisher.keys_folder / "ops.json", "--online-key", self.publisher.keys_folder / "online.json")
        given = ("live", "--site", self.publisher.site, "--channel", CHANNEL, *keys, "--grant", "noi", "--reason", "họp dân", *words)
        command = (sys.executable, "-m", "bangtin", "publish", "order", *(str(word) for word in given), "--lead", "0.5", "--linger", "1")
        self.process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=STDOUT)
        said, _ = await self.process.communicate()
        return self.process.returncode, said.decode()

    @property
    def orders(self):
        found = released_orders(self.publisher.tree, CHANNEL)
        return found.orders if found else ()


@pytest.fixture
async def village(tmp_path):
    site = tmp_path / "publisher" / "site"
    server = TestServer(make_app(Config(data=tmp_path / "data", site=site, url="https://so.example", watch_every=0.01)))
    await server.start_server()
    yield Village(tmp_path, server)
    await server.close()


async def test_a_recording_is_said_in_its_own_time_kept_and_the_order_taken_back(village):
    recording = village.folder / "ghi-am.webm"
    recording.write_bytes(spoken("audio/webm", 2.0))
    code, told = await village.type("--minutes", 1, "--file", recording)
    assert code == 0, told
    assert "the speaker ended it" in told
    (path,) = (village.folder / "data").rglob("1.ogg")
    assert sha256(path.read_bytes()).hexdigest() in told
    seconds, pitch = heard(path.read_bytes())
    assert seconds == pytest.approx(2.5, abs=0.1), "after half a second in which the units connect"
    assert pitch == pytest.approx(440.0, abs=5.0)
    (over,) = village.orders
    assert over.expires < datetime.now(UTC) + timedelta(seconds=2), "it is over for all when they have said what they hold"


async def test_a_longer_recording_ends_with_the_minutes_that_were_ordered(village):
    recording = village.folder / "dai.ogg"
    recording.write_bytes(spoken("audio/ogg", 6.0))
    code, told = await village.type("--minutes", 0.05, "--file", recording)
    assert code == 0, told
    (path,) = (village.folder / "data").rglob("1.ogg")
    assert heard(path.read_bytes())[0] < 4.0


async def test_a_file_without_sound_starts_nothing(village):
    recording = village.folder / "anh.png"
    recording.write_bytes(b"\x89PNG\r\n\x1a\nkhong phai tieng")
    code, told = await village.type("--minutes", 1, "--file", recording)
    assert (code, "no sound in it" in told) == (2, True)
    assert village.orders == ()


async def test_a_registry_out_of_reach_is_said_and_the_order_does_not_stand(village):
    await village.server.close()
    recording = village.folder / "ghi-am.ogg"
    recording.write_bytes(spoken("audio/ogg", 1.0))
    code, told = await village.type("--minutes", 1, "--file", recording)
    assert (code, "cannot be reached" in told) == (2, True)
    assert village.orders == ()


async def test_another_programme_may_speak_with_the_secret_that_is_told_once(village):
    code, told = await village.type("--minutes", 1)
    assert code == 0, told
    secret = told.split("Bearer ")[1].split()[0]
    (given,) = village.orders
    assert given.secret == sha256(secret.encode()).hexdigest()
    assert f"POST {village.server.make_url('/live')}/{CHANNEL}/noi/{given.id}" in told


async def test_the_officer_ends_it_with_one_key_and_what_was_said_is_whole(village):
    recording = village.folder / "dai.ogg"
    recording.write_bytes(spoken("audio/ogg", 60.0))
    speaking = asyncio.create_task(village.type("--minutes", 2, "--file", recording))
    await until(lambda: any(path.stat().st_size > 2000 for path in (village.folder / "data").rglob("1.ogg")))
    village.process.send_signal(signal.SIGINT)
    async with asyncio.timeout(15):
        code, told = await speaking
    assert code == 0, told
    assert "the speaker ended it" in told
    assert village.orders[0].expires < datetime.now(UTC) + timedelta(seconds=2)
