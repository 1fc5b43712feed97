"""The mirror beside the agent's own commits: an offer is of one generation, whole, and nothing that goes wrong in it goes unseen."""

import asyncio
from errno import EIO
from pathlib import Path

import pytest

from agent.mirror import serving
from agent.mirror.offer import make_offer
from agent.mirror.serving import Mirror
from agent.pull.generations import Generations
from device.paths import Paths
from tests.agent.test_agent_mirror import free_port
from tests.simulators.content import CHANNEL, small_bundle
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village


@pytest.fixture
async def village(tmp_path: Path) -> Village:
    publisher = Publisher(tmp_path / "publisher", [CHANNEL])
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    made = Village(tmp_path, publisher)
    await made.look()
    return made


def metadata(paths: Paths) -> Generations:
    return Generations(paths.shelf / CHANNEL / "metadata", paths.run / "staged")


def commit(paths: Paths) -> None:
    """The next generation, which differs; the one before is removed."""
    staged = metadata(paths).stage()
    (staged / "root_history" / "9.root.json").write_bytes(b"{}")
    metadata(paths).commit(staged)


@pytest.mark.parametrize("reads", ["glob", "read_bytes"])
@pytest.mark.parametrize("nth", range(1, 4))
def test_a_generation_that_is_removed_while_it_is_read_gives_way_to_the_newer(
    village: Village, monkeypatch: pytest.MonkeyPatch, reads: str, nth: int
) -> None:
    """Before the *nth* look into the generation a commit takes it away: also where that is no error, but a file less."""
    was, real, looks = metadata(village.paths).current(), getattr(Path, reads), 0
    assert was is not None

    def interrupted(path: Path, *args: str) -> object:
        nonlocal looks
        if path.is_relative_to(was):
            looks += 1
            if looks == nth:
                commit(village.paths)
        return real(path, *args)

    monkeypatch.setattr(Path, reads, interrupted)
    found = make_offer(village.paths, (CHANNEL,), village.publisher.root_bytes)
    monkeypatch.undo()
    assert found == make_offer(village.paths, (CHANNEL,), village.publisher.root_bytes)
    assert f"metadata/{CHANNEL}/timestamp.json" in found.files


@pytest.fixture
def mirror(village: Village) -> Mirror:
    return Mirror(village.paths, (CHANNEL,), village.publisher.root_bytes, "127.0.0.1", free_port())


async def test_a_mistake_of_ours_in_telling_neighbours_ends_the_mirror(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(*_: object) -> None:
        raise KeyError("ours")

    monkeypatch.setattr(serving, "make_offer", mistaken)
    with pytest.raises(ExceptionGroup) as found:
        async with asyncio.timeout(10):
            await mirror.run()
    assert found.group_contains(KeyError, match="ours")


async def test_neighbours_are_told_of_the_next_news_after_the_card_failed_once(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    failed, told, real = asyncio.Event(), asyncio.Event(), make_offer
    loop = asyncio.get_running_loop()

    def failing(paths: Paths, channels: tuple[str, ...], root: bytes) -> object:
        if not failed.is_set():
            loop.call_soon_threadsafe(failed.set)
            raise OSError(EIO, "Input/output error")
        loop.call_soon_threadsafe(told.set)
        return real(paths, channels, root)

    monkeypatch.setattr(serving, "make_offer", failing)
    async with asyncio.timeout(10), mirror.serving():
        await failed.wait()
        mirror.news()
        await told.wait()
