"""What goes back on a stick, between a real unit's journals and the real registry's database, with nothing but the stick between them."""

import errno
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from agent.courier import letters as letters_module
from agent.courier import writing
from device.acks import read_acks
from device.clock import ManualClock
from device.journal import JournalWriter
from device.paths import Paths
from evidence.keys import RegistryKeys
from evidence.report import StickAcknowledgement
from evidence.sealing import seal
from evidence.signing import new_key, public_jwk, sign, thumbprint
from registry.fleet.letters import FromUnit, import_stick
from registry.fleet.own_keys import OwnKeys, own_keys
from registry.fleet.tables import lines, reports, tails, units
from registry.storage.storage import Storage, open_storage
from tests.agent.unit_under_test import CHANNEL, CLOCK, shown
from tests.simulators.courier import CourierUnit

NOW = datetime(2027, 5, 3, 1, 0, tzinfo=UTC)


class Road:
    """A registry, a unit that never has a network, and the stick that is carried between them."""

    def __init__(self, folder: Path, storage: Storage, keys: OwnKeys) -> None:
        self.folder, self.storage, self.keys = folder, storage, keys
        self.stick = folder / "stick"
        (self.stick / "bangtin").mkdir(parents=True)
        self.unit = self.new_unit("loa-01", keys.public)

    def new_unit(self, name: str, keys: RegistryKeys | None) -> CourierUnit:
        return CourierUnit(Paths(self.folder / name), b"{}", ManualClock(CLOCK.moment), keys=keys, unit=name)

    def write(self, count: int, unit: CourierUnit | None = None) -> None:
        writer = JournalWriter((unit or self.unit).paths.journal("display"))
        for _ in range(count):
            writer.write(shown(), sync=False)
        writer.close()

    async def enrol(self, unit: CourierUnit) -> None:
        jwk = public_jwk(unit.key)
        row = {"unit": unit.record.unit, "key": jwk, "thumbprint": thumbprint(jwk), "place": f"{CHANNEL}.01", "place_name": "Bản Mẫu"}
        row |= {"channels": [CHANNEL], "languages": ["vi"], "link": "courier", "root": "", "hardware": "test", "enrolled": NOW.isoformat()}
        async with self.storage.writing() as connection:
            await connection.execute(units.insert().values(**row))

    async def office(self, **more: bool) -> dict[str, FromUnit]:
        return {told.unit: told for told in await import_stick(self.stick, self.storage, self.keys, NOW, **more)}

    async def kept(self) -> list[int]:
        async with self.storage.reading() as connection:
            return list(await connection.scalars(select(lines.c.n).order_by(lines.c.n)))

    async def counts(self) -> tuple[int, int]:
        async with self.storage.reading() as connection:
            found = [await connection.scalar(select(func.count()).select_from(table)) for table in (reports, lines)]
        return found[0] or 0, found[1] or 0

    async def restore(self, upto: int) -> None:
        """Leave in the database what a backup from after line *upto* holds."""
        async with self.storage.writing() as connection:
            await connection.execute(lines.delete().where(lines.c.n > upto))
            await connection.execute(reports.delete())
            await connection.execute(tails.update().values(kept=upto))

    @property
    def letters(self) -> list[Path]:
        return sorted((self.stick / "bangtin/reports").glob("*/*.jwe"))


@pytest.fixture
async def road(tmp_path: Path) -> AsyncIterator[Road]:
    async with await open_storage(tmp_path / "data") as storage:
        made = Road(tmp_path, storage, own_keys(tmp_path / "data"))
        await made.enrol(made.unit)
        yield made
        made.unit.outbox.close()


async def test_receipts_go_out_on_a_stick_and_the_journal_forgets_only_on_the_signed_answer(road: Road) -> None:
    road.write(700)
    said = await road.unit.plug(road.stick)
    assert "USB này của xã khác" in said  # there is no content on it; the receipts are carried all the same
    assert len(road.letters) == 3
    assert read_acks(road.unit.paths) == {}, "a stick that was written is not yet a registry that was reached"
    told = await road.office()
    assert (told["loa-01"].new, told["loa-01"].known, told["loa-01"].refused) == (3, 0, [])
    assert await road.kept() == list(range(700))
    assert road.letters == [], "what is filed and answered need not be lost with the stick"
    await road.unit.plug(road.stick)
    assert read_acks(road.unit.paths)["display"] == 699
    (last,) = road.letters
    assert last.stat().st_size < 2000, "nothing is carried twice"


async def test_filing_the_same_stick_twice_changes_nothing(road: Road, tmp_path: Path) -> None:
    road.write(400)
    await road.unit.plug(road.stick)
    shutil.copytree(road.stick, tmp_path / "copy")
    await road.office()
    counts = await road.counts()
    again = await import_stick(tmp_path / "copy", road.storage, road.keys, NOW)
    assert [(told.new, told.known, told.refused) for told in again] == [(0, 2, [])]
    assert await road.counts() == counts


async def test_a_stick_that_comes_back_unread_is_not_filled_with_the_same_again(road: Road) -> None:
    road.write(400)
    await road.unit.plug(road.stick)
    before = road.letters
    await road.unit.plug(road.stick)
    assert road.letters == before
    road.write(1)
    await road.unit.plug(road.stick)
    assert len(road.letters) == len(before) + 1
    await road.office()
    assert await road.kept() == list(range(401))


async def test_network_and_stick_use_no_number_twice_and_no_line_is_kept_twice(road: Road) -> None:
    road.write(3)
    first = road.unit.outbox.next_number("boot-1", 1.0)
    await road.unit.plug(road.stick)
    (letter,) = road.letters
    assert int(letter.stem.rsplit("-", 1)[1]) > first
    assert road.unit.outbox.next_number("boot-1", 1.0) > int(letter.stem.rsplit("-", 1)[1])


async def test_a_lost_stick_tells_nobody_anything(road: Road) -> None:
    road.write(5)
    await road.unit.plug(road.stick)
    raw = b"".join(path.read_bytes() for path in road.letters)
    assert raw
    assert b"tiem-chung" not in raw
    assert raw.count(b".") == 4 * len(road.letters), "compact JWE"
    stranger = OwnKeys(own_keys(road.folder / "elsewhere").sealing, road.keys.signing)
    (told,) = await import_stick(road.stick, road.storage, stranger, NOW)
    assert (told.new, len(told.refused)) == (0, len(road.letters))
    assert await road.kept() == []


FORGERIES = {
    "another key": lambda road, unit: sign(answer(unit), new_key()),
    "the unit's own key": lambda road, unit: sign(answer(unit), unit.key),
    "nothing signed": lambda road, unit: answer(unit).decode(),
    "for another unit": lambda road, unit: sign(answer(unit, name="loa-02"), road.keys.signing),
    "for a card that was replaced": lambda road, unit: sign(answer(unit, card="x" * 43), road.keys.signing),
    "a report": lambda road, unit: sign(b'{"format":1,"kept":{"display":99}}', road.keys.signing),
    "too long": lambda road, unit: "x" * 100_000,
    "empty": lambda road, unit: "",
}


def answer(unit: CourierUnit, name: str = "loa-01", card: str = "") -> bytes:
    mine = card or thumbprint(public_jwk(unit.key))
    return StickAcknowledgement(unit=name, thumbprint=mine, kept={"display": 99}).model_dump_json().encode()


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_nobody_but_the_registry_lets_a_journal_forget(road: Road, forgery: str) -> None:
    road.write(100)
    acks = road.stick / "bangtin/acks"
    acks.mkdir()
    (acks / "loa-01.jws").write_text(FORGERIES[forgery](road, road.unit))
    await road.unit.plug(road.stick)
    assert read_acks(road.unit.paths) == {}
    assert road.unit.reporter.kept.get("display", -1) == -1
    assert road.letters, "and it goes on reporting"


async def test_an_old_answer_takes_nothing_back(road: Road, tmp_path: Path) -> None:
    road.write(10)
    await road.unit.plug(road.stick)
    await road.office()
    old = (road.stick / "bangtin/acks/loa-01.jws").read_bytes()
    await road.unit.plug(road.stick)
    road.write(10)
    await road.unit.plug(road.stick)
    await road.office()
    await road.unit.plug(road.stick)
    assert read_acks(road.unit.paths)["display"] == 19
    (road.stick / "bangtin/acks/loa-01.jws").write_bytes(old)
    await road.unit.plug(road.stick)
    assert read_acks(road.unit.paths)["display"] == 19


@pytest.mark.parametrize("keep_letters", [False, True])
async def test_what_a_restored_registry_lacks_goes_on_the_stick_that_brings_its_answer(road: Road, keep_letters: bool) -> None:
    road.write(20)
    await road.unit.plug(road.stick)
    await road.office(keep_letters=keep_letters)
    await road.unit.plug(road.stick)
    assert read_acks(road.unit.paths)["display"] == 19
    await road.restore(4)
    road.write(3)
    road.stick = road.folder / "another"
    (road.stick / "bangtin").mkdir(parents=True)
    # Its first letters begin after what it was told; the answer to them shows what is missing.
    await road.unit.plug(road.stick)
    await road.office(keep_letters=keep_letters)
    await road.unit.plug(road.stick)
    await road.office(keep_letters=keep_letters)
    assert await road.kept() == list(range(23))
    await road.unit.plug(road.stick)
    assert read_acks(road.unit.paths)["display"] == 22


async def test_a_unit_without_the_registrys_key_writes_nothing_and_says_why(road: Road) -> None:
    older = road.new_unit("loa-02", None)
    road.write(5, older)
    assert "chưa có khóa để gửi nhật ký" in await older.plug(road.stick)
    assert road.letters == []
    older.outbox.close()


async def test_a_write_protected_stick(road: Road) -> None:
    road.write(5)
    assert "USB khóa ghi, chưa gửi nhật ký" in await road.unit.plug(road.stick, read_only=True)
    assert road.letters == []


async def test_a_full_stick_keeps_what_went_on_it_and_the_rest_goes_next_time(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    road.write(700)
    real, room = writing.put, [2]

    def full(folder: int, name: str, data: bytes) -> None:
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        room[0] -= 1
        real(folder, name, data)

    with monkeypatch.context() as patch:
        patch.setattr(letters_module, "put", full)
        assert "USB đầy, chưa gửi hết nhật ký" in await road.unit.plug(road.stick)
    assert len(road.letters) == 2
    await road.office()
    assert await road.kept() == list(range(600))
    await road.unit.plug(road.stick)
    await road.office()
    assert await road.kept() == list(range(700))


@pytest.mark.parametrize("place", ["bangtin/reports", "bangtin/reports/loa-01"])
async def test_nothing_is_written_through_a_link_of_the_stick(road: Road, tmp_path: Path, place: str) -> None:
    road.write(5)
    (tmp_path / "elsewhere").mkdir()
    (road.stick / place).parent.mkdir(exist_ok=True)
    (road.stick / place).symlink_to(tmp_path / "elsewhere")
    assert "không ghi được nhật ký" in await road.unit.plug(road.stick)
    assert list((tmp_path / "elsewhere").rglob("*")) == []


async def test_the_office_reads_a_hostile_stick_without_harm(road: Road, tmp_path: Path) -> None:
    road.write(5)
    await road.unit.plug(road.stick)
    folder = road.stick / "bangtin/reports/loa-01"
    (tmp_path / "secret.jwe").write_text("secret")
    (folder / "boot-1-900.jwe").symlink_to(tmp_path / "secret.jwe")
    (folder / "boot-1-901.jwe").mkdir()
    (folder / "boot-1-902.jwe").write_bytes(b"x" * 3_000_000)
    (folder / "boot-1-903.jwe").write_bytes(road.letters[0].read_bytes()[:-40])
    bomb = seal(b"not a report", dict(road.keys.public.sealing))
    (folder / "boot-1-904.jwe").write_text(bomb)
    (road.stick / "bangtin/reports/nobody").mkdir()
    (road.stick / "bangtin/reports/..x").mkdir()
    told = await road.office()
    assert told["loa-01"].new == 1
    assert len(told["loa-01"].refused) == 3
    assert not told["nobody"].answered
    assert await road.kept() == list(range(5))
    assert (tmp_path / "secret.jwe").read_text() == "secret"
    assert (folder / "boot-1-903.jwe").exists(), "what could not be read stays for somebody to look at"


async def test_a_signed_answer_is_believed_as_far_as_lines_have_left(road: Road) -> None:
    """A copy of the card can make the registry say more; the lines after it must still leave."""
    road.write(10)
    await road.unit.plug(road.stick)
    told = StickAcknowledgement(unit="loa-01", thumbprint=thumbprint(public_jwk(road.unit.key)), kept={"display": 2**62})
    acks = road.stick / "bangtin/acks"
    acks.mkdir()
    (acks / "loa-01.jws").write_text(sign(told.model_dump_json().encode(), road.keys.signing))
    await road.unit.plug(road.stick)
    assert read_acks(road.unit.paths)["display"] == 9
    road.write(5)
    await road.unit.plug(road.stick)
    assert read_acks(road.unit.paths)["display"] == 9
    await road.office()
    assert await road.kept() == list(range(15))
