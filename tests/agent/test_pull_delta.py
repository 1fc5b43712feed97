"""A changed document travels as a delta against the held one; a wrong delta costs one more request and nothing else."""

import zlib
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agent.pull import Checked, DirectorySource, Refusals, check_channel
from bundle.trust import Target, verify_pack
from bundle.trust.delta import SEGMENT
from device.errors import Unreachable
from director.moment import Moment
from evidence.records import ClockState
from registry.trust.proposal import compact
from tests.simulators.content import CHANNEL, small_bundle
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

PICTURES = tuple(bytes([n]) for n in range(20))


class Watched:
    """A directory source that keeps what was asked."""

    def __init__(self, folder: Path) -> None:
        self.inner = DirectorySource(folder)
        self.label = self.inner.label
        self.asked: list[str] = []
        self.broken = "nothing"

    @asynccontextmanager
    async def open(self, path, offset=0, tag=None):
        self.asked.append(path)
        if self.broken in path:
            raise Unreachable("the link fell")
        async with self.inner.open(path, offset, tag) as stream:
            yield stream

    def documents(self) -> list[str]:
        return [path.split("/")[0] for path in self.asked if path.split("/")[0] in ("targets", "deltas")]


class Place:
    """A village whose unit holds the first of two released bundles."""

    def __init__(self, folder: Path) -> None:
        self.publisher = Publisher(folder / "publisher", [CHANNEL])
        self.village = Village(folder, self.publisher)
        self.source = Watched(self.publisher.site)

    def publish(self, title: str) -> None:
        self.publisher.release_bundle(CHANNEL, small_bundle(self.publisher.now, title=title, pictures=PICTURES), PICTURES)

    async def look(self) -> tuple[Target, ...]:
        self.source.asked.clear()
        checked = await self.village.look(self.source)
        assert checked.refusals == ()
        return checked.fresh

    def delta(self) -> Path:
        (found,) = (self.publisher.site / "deltas" / CHANNEL).iterdir()
        return found

    def title(self) -> str | None:
        return self.village.on_air()[0]


@pytest.fixture
async def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.publish("một")
    await found.look()
    found.publish("hai")
    return found


async def test_a_changed_document_comes_as_a_delta_and_is_what_was_signed(place: Place) -> None:
    assert await place.look() == (Target.BUNDLE,)
    assert place.source.documents() == ["deltas"]
    assert place.title() == "hai"
    verify_pack(place.village.pack(Target.BUNDLE).read_bytes(), place.publisher.root_bytes, CHANNEL, Target.BUNDLE)


async def test_where_there_is_none_the_whole_document_comes(place: Place) -> None:
    place.delta().unlink()
    assert await place.look() == (Target.BUNDLE,)
    assert place.source.documents() == ["deltas", "targets"]
    assert place.title() == "hai"


def bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(50 * SEGMENT)) + packer.flush()
    return bytes(4) + len(packed).to_bytes(4, "big") + packed


@pytest.mark.parametrize("wrong", [b"", b"x", bytes(8), bytes(100_000), bomb(), b"\xff" * 40])
async def test_a_wrong_delta_is_no_refusal_and_the_whole_document_comes(place: Place, wrong: bytes) -> None:
    place.delta().write_bytes(wrong)
    assert await place.look() == (Target.BUNDLE,)
    assert place.source.documents() == ["deltas", "targets"]
    assert place.title() == "hai"


async def test_a_delta_to_another_document_changes_nothing(place: Place) -> None:
    good = place.delta()
    place.publish("ba")
    good.parent.mkdir(exist_ok=True)
    (newest,) = (path for path in good.parent.iterdir() if path.name.startswith(good.name.split(".")[0]))
    other = [path for path in good.parent.iterdir() if path != newest]
    newest.write_bytes(other[0].read_bytes())
    assert await place.look() == (Target.BUNDLE,)
    assert place.title() == "ba"


async def test_a_link_that_falls_during_the_delta_is_unreachable_and_the_old_stays(place: Place) -> None:
    place.source.broken = "deltas/"
    with pytest.raises(Unreachable):
        await place.look()
    assert place.title() == "một"


async def test_a_document_whose_blobs_are_still_coming_is_not_fetched_twice(place: Place) -> None:
    place.publisher.release_bundle(CHANNEL, small_bundle(place.publisher.now, title="ba", pictures=(b"new", *PICTURES)), [b"new"])
    place.source.broken = "blobs/"
    for documents in (["deltas"], [], []):
        with pytest.raises(Unreachable):
            await place.look()
        assert place.source.documents() == documents
    assert place.title() == "một"
    place.source.broken = "nothing"
    assert await place.look() == (Target.BUNDLE,)
    assert place.source.documents() == []
    assert place.title() == "ba"


async def test_other_bytes_than_the_signed_ones_are_refused_by_every_way(place: Place) -> None:
    place.delta().write_bytes(b"wrong")
    for path in (place.publisher.site / "targets" / CHANNEL).glob("*.bundle.json"):
        path.write_bytes(path.read_bytes().replace(b"hai", b"HAI"))
    checked = await place.village.look(place.source)
    assert "not the signed ones" in str(checked.refusals[0])
    assert place.title() == "một"


async def test_a_signed_document_that_units_cannot_read_is_fetched_once_until_something_newer_is_announced(place: Place) -> None:
    publisher, refused_before, mono = place.publisher, Refusals(), 100.0
    good = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now)))
    publisher.force(publisher.resigned(good, '{"format":9}'))

    async def look(after: float) -> tuple[Checked, list[str]]:
        nonlocal mono
        mono += after
        place.source.asked.clear()
        moment = Moment(publisher.now, ClockState.TRUSTED, "boot-1", mono)
        root = publisher.root_bytes
        return await check_channel(
            place.source, place.village.paths, CHANNEL, root, moment, refused_before=refused_before
        ), place.source.documents()

    first, fetched = await look(0)
    assert (len(first.refusals), fetched) == (1, ["targets"])
    for _ in range(3):
        again, fetched = await look(600)
        assert (again.refusals, fetched, len(place.source.asked)) == (first.refusals, [], 1), "still told, and not fetched"
    again, fetched = await look(3600)
    assert fetched == ["targets"], "the copy may have been mended under the same name"
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="ba"))
    found, _ = await look(1)
    assert (found.fresh, found.refusals) == ((Target.BUNDLE,), ())
    assert place.title() == "ba"
