"""Attack stories about sticks: whoever plugs one in can bring what the commune signed, and nothing else; the board says what came of it."""

import asyncio
import fnmatch
import hashlib
import os
import re
import shutil
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from errno import EIO
from pathlib import Path
from typing import BinaryIO

import pytest

from agent.pull import Checked, directory, plain
from agent.pull.generations import Generations
from bundle.asset import blob_path
from bundle.trust import Target, verify_pack
from bundle.trust.delta import delta_path
from device.clock import ManualClock
from tests.simulators.content import CHANNEL, picture_of, small_bundle
from tests.simulators.courier import CourierUnit, stick_of
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

HONEST = ("Lịch tiêm chủng", ("lu-1",))
NEWER = ("Tin mới", ("lu-1",))
OTHER = "vn.20.06002"
BIG = hashlib.sha256(b"seed").digest() * 16_384  # 512 KiB


@pytest.fixture
def stick(publisher: Publisher, village: Village, tmp_path: Path) -> Path:
    """An honest stick, newer than what the village has: its blob is a large picture."""
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới", pictures=(BIG,)), [BIG])
    stick_of(publisher, tmp_path / "stick", CHANNEL)
    return tmp_path / "stick"


@pytest.fixture
def unit(village: Village) -> Iterator[CourierUnit]:
    made = CourierUnit(village.paths, village.publisher.root_bytes, ManualClock(village.moment()))
    yield made
    made.outbox.close()


def disk(village: Village) -> dict[str, bytes]:
    """Everything that counts on the shelf: packs, trust metadata, whole blobs."""
    shelf = village.paths.shelf
    current = Generations(shelf / CHANNEL / "metadata").current()
    assert current is not None
    found = [*shelf.glob("*/*.pack"), *(path for path in current.iterdir() if path.is_file()), *shelf.glob("blobs/sha256/*/*")]
    return {path.name: path.read_bytes() for path in found if path.suffix not in (".part", ".tag")}


def card(village: Village) -> dict[str, bytes]:
    """Every file on the shelf, also those that count for nothing."""
    shelf = village.paths.shelf
    return {str(path.relative_to(shelf)): path.read_bytes() for path in shelf.rglob("*") if path.is_file()}


@asynccontextmanager
async def spoiling(village: Village, unit: CourierUnit, stick: Path) -> AsyncIterator[None]:
    """What is done to an honest stick inside, and plugging it in, changes nothing of what is on air, also after a restart.

    Nothing is left on the card that the commune did not sign, but a beginning no longer than what it signed; and the honest stick is taken.
    """
    honest, before = stick.with_name("honest"), card(village)
    shutil.copytree(stick, honest)
    known = {*before.values(), *(path.read_bytes() for path in honest.rglob("*") if path.is_file())}
    yield
    assert village.on_air() == HONEST
    village.new_worker()
    assert village.on_air() == HONEST
    after = card(village)
    assert {name: raw for name, raw in before.items() if "/metadata/" not in name}.items() <= after.items()
    assert not (village.paths.shelf / blob_path(picture_of(BIG).sha256)).exists()
    for name in {name for name, raw in after.items() if raw not in known and not name.endswith((".tag", "/metadata/current"))}:
        if name.endswith(".part"):
            assert len(after[name]) <= len(BIG), name
        else:
            assert name == f"{CHANNEL}/bundle.json.coming", "waits for its blobs"
            verify_pack(after[name], village.publisher.root_bytes, CHANNEL, Target.BUNDLE)
    await unit.plug(honest)
    assert village.on_air() == NEWER


async def test_an_honest_stick_is_taken_and_the_board_says_so(village: Village, unit: CourierUnit, stick: Path) -> None:
    said = await unit.plug(stick)
    assert said.startswith("Đã cập nhật từ USB 08:00")
    assert "Updated from the stick" in said
    assert village.on_air() == NEWER
    assert (village.paths.shelf / blob_path(picture_of(BIG).sha256)).read_bytes() == BIG
    assert (await unit.plug(stick)).startswith("USB không có gì mới")


async def changed(stick: Path, village: Village, unit: CourierUnit, words: str) -> None:
    """Nothing of what is on air or on the card changes; the board says why, and an honest stick afterwards is taken."""
    before = disk(village)
    said = await unit.plug(stick)
    assert words in said, said
    assert disk(village) == before
    assert village.on_air() == HONEST
    village.new_worker()
    assert village.on_air() == HONEST


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda raw: b"",
    "truncated": lambda raw: raw[: len(raw) // 2],
    "flipped": lambda raw: raw[: len(raw) // 2] + bytes([raw[len(raw) // 2] ^ 1]) + raw[len(raw) // 2 + 1 :],
    "oversize": lambda raw: raw + b" " * 6_000_000,
    "packed zeros": lambda raw: b"\x1f\x8b" + bytes(100_000),
    "nested": lambda raw: b"[" * 100_000,
}
PLACES = {
    "timestamp": "bangtin/content/metadata/vn.20.06001/timestamp.json",
    "snapshot": "bangtin/content/metadata/vn.20.06001/*.snapshot.json",
    "role": "bangtin/content/metadata/vn.20.06001/*.content.json",
    "bundle": "bangtin/content/targets/vn.20.06001/*.bundle.json",
    "blob": f"bangtin/content/{blob_path(picture_of(BIG).sha256)}",
}


def the(stick: Path, pattern: str) -> Path:
    (found,) = stick.glob(pattern)
    return found


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("place", PLACES)
async def test_a_damaged_stick(village: Village, unit: CourierUnit, stick: Path, place: str, damage: str) -> None:
    async with spoiling(village, unit, stick):
        path = the(stick, PLACES[place])
        path.write_bytes(DAMAGES[damage](path.read_bytes()))
        assert "not used" in await unit.plug(stick)


@pytest.mark.parametrize("place", PLACES)
async def test_an_endless_file(village: Village, unit: CourierUnit, stick: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stick whose firmware never comes to an end: no more is read than was signed, or than such a file may have."""
    read = 0

    class Endless:
        def __init__(self, file: BinaryIO) -> None:
            self.file = file

        def read(self, most: int) -> bytes:
            nonlocal read
            read += most
            assert read < 20_000_000, "nobody stops"
            return self.file.read(most) or b" " * most

        def __getattr__(self, name: str) -> object:
            return getattr(self.file, name)

    def opened(top: Path, path: str) -> object:
        file = plain.open_plain(top, path)
        return Endless(file) if file and wanted.match(path) else file

    wanted = re.compile(fnmatch.translate(PLACES[place]))
    async with spoiling(village, unit, stick):
        with monkeypatch.context() as patch:
            patch.setattr(directory, "open_plain", opened)
            assert "not used" in await unit.plug(stick)
        assert read


async def test_a_zip_bomb(village: Village, unit: CourierUnit, publisher: Publisher, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A delta is the only packed thing that a unit reads from a stick: it is never unpacked beyond the length that was signed."""
    whole = the(stick, PLACES["bundle"])
    (held,) = {path.name for path in (publisher.site / "targets" / CHANNEL).glob("*.bundle.json")} - {whole.name}
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(200_000)) + packer.flush()
    unpacked: list[int] = []
    real = zlib.decompressobj

    class Watched:
        def __init__(self, *args: object, **more: object) -> None:
            self.inner = real(*args, **more)

        def decompress(self, data: bytes, cap: int = 0) -> bytes:
            unpacked.append(len(self.inner.decompress(data, cap or 10**9)))
            return bytes(unpacked[-1])

    async with spoiling(village, unit, stick):
        bomb = stick / "bangtin/content" / delta_path(CHANNEL, held.split(".")[0], whole.name.split(".")[0])
        bomb.parent.mkdir(parents=True)
        bomb.write_bytes(bytes(4) + len(packed).to_bytes(4, "big") + packed)
        length = whole.stat().st_size
        whole.unlink()
        with monkeypatch.context() as patch:
            patch.setattr("agent.pull.documents.WORTH", 0)
            patch.setattr(zlib, "decompressobj", Watched)
            assert "not used" in await unit.plug(stick)
    assert 0 < sum(unpacked) <= length


def link(path: Path, elsewhere: Path) -> None:
    """The same bytes, but outside the stick, behind a symbolic link."""
    shutil.move(path, elsewhere)
    path.symlink_to(elsewhere, target_is_directory=elsewhere.is_dir())


@pytest.mark.parametrize(
    "place", [*PLACES.values(), "bangtin/content/metadata/vn.20.06001", "bangtin/content/metadata", "bangtin/content", "bangtin"]
)
async def test_nothing_behind_a_symbolic_link_is_read(village: Village, unit: CourierUnit, stick: Path, tmp_path: Path, place: str) -> None:
    """A link on a stick would make the unit read its own files, or wait on a device, for whoever made the stick."""
    async with spoiling(village, unit, stick):
        link(the(stick, place), tmp_path / "elsewhere")
        await unit.plug(stick)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["pipe", "folder", "zeros"])
async def test_what_is_no_file_is_not_opened(village: Village, unit: CourierUnit, stick: Path, place: str, kind: str) -> None:
    async with spoiling(village, unit, stick):
        path = the(stick, PLACES[place])
        path.unlink()
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        else:
            path.symlink_to("/dev/zero")
        async with asyncio.timeout(20):
            await unit.plug(stick)


async def test_a_stick_of_another_commune(village: Village, unit: CourierUnit, publisher: Publisher, tmp_path: Path) -> None:
    publisher.release_bundle(OTHER, small_bundle(publisher.now, OTHER, "Tin xã bên"))
    stick_of(publisher, tmp_path / "theirs", OTHER)
    await changed(tmp_path / "theirs", village, unit, "USB này của xã khác")


async def test_another_communes_content_under_our_name(village: Village, unit: CourierUnit, publisher: Publisher, tmp_path: Path) -> None:
    """Validly signed, with much higher versions: refused before anything of it is remembered."""
    for _ in range(9):
        publisher.renew(OTHER)
    stick_of(publisher, tmp_path / "theirs", OTHER)
    content = tmp_path / "theirs/bangtin/content/metadata"
    (content / OTHER).rename(content / CHANNEL)
    await changed(tmp_path / "theirs", village, unit, "USB này của xã khác")
    assert "another channel" in str(unit.refusals)


async def test_a_stick_of_strangers(village: Village, unit: CourierUnit, publisher: Publisher, tmp_path: Path) -> None:
    strangers = Publisher(tmp_path / "strangers", [CHANNEL], publisher.now)
    for _ in range(9):
        strangers.renew(CHANNEL)
    strangers.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin giả"))
    stick_of(strangers, tmp_path / "theirs")
    await changed(tmp_path / "theirs", village, unit, "not genuine")


async def test_an_old_stick(village: Village, unit: CourierUnit, publisher: Publisher, tmp_path: Path) -> None:
    stick_of(publisher, tmp_path / "old", CHANNEL)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
    await village.look()
    before = disk(village)
    assert "USB cũ hơn" in await unit.plug(tmp_path / "old")
    assert disk(village) == before
    assert village.on_air() == NEWER


async def test_an_old_stick_that_says_that_it_is_new(village: Village, unit: CourierUnit, publisher: Publisher, tmp_path: Path) -> None:
    stick_of(publisher, tmp_path / "old", CHANNEL)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
    await village.look()
    timestamp = tmp_path / f"old/bangtin/content/metadata/{CHANNEL}/timestamp.json"
    version = publisher.tree.cell(CHANNEL).timestamp.signed.version
    timestamp.write_text(timestamp.read_text().replace(f'"version": {version - 1}', f'"version": {version + 5}'))
    before = disk(village)
    assert "not used" in await unit.plug(tmp_path / "old")
    assert disk(village) == before
    assert village.on_air() == NEWER


async def test_a_stick_past_its_days(village: Village, unit: CourierUnit, publisher: Publisher, stick: Path) -> None:
    unit.later(publisher.now + timedelta(days=61))
    await changed(stick, village, unit, "USB đã quá hạn")


async def test_a_forged_later_expiry_does_not_cost_the_unit_its_memory(
    village: Village, unit: CourierUnit, publisher: Publisher, tmp_path: Path
) -> None:
    """The same version with a later date is looked at in place of ours; when it is not signed, ours is back."""
    stick_of(publisher, tmp_path / "stick", CHANNEL)
    await village.look()
    timestamp = tmp_path / f"stick/bangtin/content/metadata/{CHANNEL}/timestamp.json"
    timestamp.write_text(timestamp.read_text().replace("2027-07", "2028-07"))
    await changed(tmp_path / "stick", village, unit, "not genuine")


async def test_a_hundred_thousand_files(village: Village, unit: CourierUnit, stick: Path) -> None:
    """Nothing is listed: what is not asked for by name costs nothing."""
    for folder in ("bangtin", "bangtin/content/metadata", "bangtin/content/blobs/sha256"):
        for n in range(2_000):
            os.mknod(stick / folder / f"x{n}")
    assert (await unit.plug(stick)).startswith("Đã cập nhật từ USB")
    assert village.on_air() == NEWER


class Pulled:
    """A file of a stick that is pulled out after the first *left* bytes: what the kernel then answers."""

    def __init__(self, file: BinaryIO, left: int) -> None:
        self.file, self.left = file, left

    def read(self, most: int) -> bytes:
        if not self.left:
            raise OSError(EIO, os.strerror(EIO))
        found = self.file.read(min(most, self.left))
        self.left -= len(found)
        return found

    def __getattr__(self, name: str) -> object:
        return getattr(self.file, name)


async def test_a_stick_pulled_out_half_way_is_taken_up_where_it_stopped(
    village: Village, unit: CourierUnit, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter([300_000])

    def pulled(top: Path, path: str) -> object:
        file = plain.open_plain(top, path)
        return Pulled(file, next(left, 0)) if file and "blobs" in path else file

    shelved = village.pack(Target.BUNDLE).read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(directory, "open_plain", pulled)
        assert "USB bị rút sớm" in await unit.plug(stick)
    assert village.on_air() == HONEST
    assert village.pack(Target.BUNDLE).read_bytes() == shelved
    final = village.paths.shelf / blob_path(picture_of(BIG).sha256)
    assert final.with_name(final.name + ".part").stat().st_size == 300_000
    (stick / "bangtin/content" / blob_path(picture_of(BIG).sha256)).touch()  # plugged into another machine meanwhile
    assert "Đã cập nhật" in await unit.plug(stick)
    assert final.read_bytes() == BIG
    assert village.on_air() == NEWER


async def test_a_full_card_keeps_what_is_on_air(village: Village, unit: CourierUnit, stick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("agent.pull.blobs.RESERVE", 2**60)
        assert "Thẻ nhớ của bảng đã đầy" in await unit.plug(stick)
    assert village.on_air() == HONEST
    await unit.plug(stick)
    assert village.on_air() == NEWER


async def test_the_same_state_announced_for_longer_is_taken_after_the_units_own_ran_out_and_the_network_goes_on_from_there(
    village: Village, unit: CourierUnit, publisher: Publisher, tmp_path: Path
) -> None:
    """Online until Monday, a courier on Thursday week with the very state of Monday: it is good, and no step back in either order."""
    stick_of(publisher, tmp_path / "stick", CHANNEL)
    await village.look()
    unit.later(publisher.now + timedelta(days=10))
    said = await unit.plug(tmp_path / "stick")
    assert said.startswith("USB không có gì mới"), said
    assert unit.refusals == ()
    assert await village.look() == Checked(CHANNEL), "the network's own timestamp of that version is no step back"
    assert "USB không có gì mới" in await unit.plug(tmp_path / "stick")
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"), at=publisher.now + timedelta(days=10))
    assert Target.BUNDLE in (await village.look()).fresh
    assert village.on_air() == NEWER
