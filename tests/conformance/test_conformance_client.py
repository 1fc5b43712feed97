"""The executable for the public conformance suite, over a real local server; and what is left on disk when a later step fails."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from tuf.api.metadata import Metadata

from bundle.trust import Target, path_for
from tests.simulators.content import CHANNEL, small_bundle
from tests.simulators.publisher import Publisher

CLIENT = Path(__file__).parent / "client"
BUNDLE = path_for(CHANNEL, Target.BUNDLE)


class Client:
    """The executable with folders of its own, against *url*."""

    def __init__(self, folder: Path, url: str) -> None:
        self.metadata, self.targets, self._url = folder / "metadata", folder / "targets", url
        self.metadata.mkdir()
        self.targets.mkdir()

    async def run(self, *arguments: str) -> int:
        process = await asyncio.create_subprocess_exec(CLIENT, "--metadata-dir", self.metadata, *arguments)
        return await process.wait()

    async def refresh(self) -> int:
        return await self.run("--metadata-url", f"{self._url}metadata/{CHANNEL}", "refresh")

    async def download(self, *names: str) -> int:
        asked = [word for name in names for word in ("--target-name", name)]
        where = ["--metadata-url", f"{self._url}metadata/{CHANNEL}/", "--target-base-url", f"{self._url}targets/"]
        return await self.run(*where, *asked, "--target-dir", str(self.targets), "download")

    def versions(self) -> dict[str, int]:
        return {path.stem: Metadata.from_bytes(path.read_bytes()).signed.version for path in self.metadata.glob("*.json")}


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    # The client goes by the clock of its process.
    made = Publisher(tmp_path / "publisher", [CHANNEL], now=datetime.now(UTC))
    made.release_bundle(CHANNEL, small_bundle(made.now))
    return made


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
async def client(publisher: Publisher, asked: list[str], tmp_path: Path) -> AsyncIterator[Client]:
    async def serve(request: web.Request) -> web.StreamResponse:
        asked.append(request.match_info["path"])
        path = publisher.site / request.match_info["path"]
        return web.FileResponse(path) if path.is_file() else web.Response(status=404)

    app = web.Application()
    app.router.add_get("/tree/{path:.*}", serve)
    server = TestServer(app)
    await server.start_server()
    try:
        made = Client(tmp_path, str(server.make_url("/tree/")))
        assert await made.run("init", str(publisher.site / "root.json")) == 0
        yield made
    finally:
        await server.close()


async def test_it_fetches_what_is_signed_and_nothing_twice(client: Client, publisher: Publisher, asked: list[str]) -> None:
    assert asked == []
    assert client.versions() == {"root": 1}
    publisher.rotate_root()
    assert await client.refresh() == 0
    assert client.versions() == {"root": 2, "timestamp": 3, "snapshot": 2, "targets": 1}
    assert await client.download(BUNDLE) == 0
    (file,) = client.targets.iterdir()
    (released,) = (publisher.site / "targets" / CHANNEL).glob("*.bundle.json")
    assert file.read_bytes() == released.read_bytes()
    asked.clear()
    assert await client.download(BUNDLE) == 0
    assert [path for path in asked if path.startswith("targets/")] == []
    assert await client.download(BUNDLE, path_for(CHANNEL, Target.STOP)) == 1


async def test_what_was_verified_stays_committed_when_a_later_step_fails(client: Client, publisher: Publisher) -> None:
    """All-or-nothing would forget the newer timestamp and snapshot, and let an attacker offer the older ones again."""
    timestamp = publisher.tree.metadata(CHANNEL, "timestamp")
    old = timestamp.read_bytes()
    assert await client.refresh() == 0
    publisher.sign_targets(CHANNEL, lambda _: None)
    publisher.tree.metadata(CHANNEL, "targets", 2).write_bytes(b"{}")
    assert await client.refresh() == 1
    assert client.versions() == {"root": 1, "timestamp": 3, "snapshot": 3, "targets": 1}
    timestamp.write_bytes(old)
    assert await client.refresh() == 1
    assert client.versions() == {"root": 1, "timestamp": 3, "snapshot": 3, "targets": 1}


async def test_wrong_bytes_of_a_target_are_not_kept(client: Client, publisher: Publisher) -> None:
    (released,) = (publisher.site / "targets" / CHANNEL).glob("*.bundle.json")
    released.write_bytes(b"{}")
    assert await client.download(BUNDLE) == 1
    assert list(client.targets.iterdir()) == []
    assert client.versions()["content"] == 1
    content = publisher.tree.metadata(CHANNEL, "content", 1).read_bytes()
    assert hashlib.sha256((client.metadata / "content.json").read_bytes()).digest() == hashlib.sha256(content).digest()
