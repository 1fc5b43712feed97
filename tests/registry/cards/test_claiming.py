"""Claims of prepared cards: the first key is kept, every other machine is an alarm, by network and by stick in either order."""

import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from evidence.card import CLAIMS, CardAnswer, CardClaim, Way
from evidence.proving import prove
from evidence.records import ClockState, FaultCode, Stamp
from evidence.report import Enrolment
from evidence.sealing import seal
from evidence.signing import new_key, public_jwk, sign, thumbprint, verify
from registry.audit.chain import broken_at, rows
from registry.cards.claiming import row_of
from registry.cards.overview import CardState, admit, overview, revoke, settle
from registry.cards.tables import cards
from registry.fleet.letters import import_stick
from registry.fleet.tables import units
from registry.fleet.views import fleet
from registry.web.config import OWN_KEYS, STORAGE
from tests.registry.web.conftest import NOON, Dial, Registry, Unit, stamp
from tests.simulators.cards import VILLAGES, CardMaker

NAME = "bt-abc234"


class Batch:
    """One card of the registry under test, and machines that use it or a copy of it."""

    def __init__(self, registry: Registry, way: Way = Way.PRE_AUTHORISED, maker: CardMaker | None = None) -> None:
        keys = registry.app[OWN_KEYS]
        self.registry, self.keys = registry, keys
        self.maker = maker or CardMaker(keys.signing, keys.sealing)
        self.card_key = new_key()
        self.card = self.maker.card(self.card_key, way, made=NOON, until=NOON + timedelta(days=180))

    async def remembered(self) -> None:
        """The registry knows the card, as after `provision batch` and without a restored backup."""
        async with self.registry.app[STORAGE].writing() as connection:
            await connection.execute(insert(cards).values(**row_of(self.card, "thang-11")))

    def token(self, key: bytes, serial: str | None = "pi-1", first: Stamp | None = None, place: str = VILLAGES[0].place) -> str:
        own = public_jwk(key)
        claim = CardClaim(
            statement=self.maker.file(self.card, self.card_key).statement,
            proof=prove(self.card, self.card_key, own),
            place=place,
            first_boot=first or stamp(),
        )
        enrolment = Enrolment(unit=self.card.unit, key=own, hardware="Raspberry Pi 4B", serial=serial, card=claim)
        return sign(enrolment.model_dump_json().encode(), key)

    def letter(self, stick: Path, key: bytes, serial: str = "pi-1") -> Path:
        folder = stick / CLAIMS
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.card.unit}-{thumbprint(public_jwk(key)).encode().hex()[:12]}.jwe"
        path.write_text(seal(self.token(key, serial).encode(), dict(self.keys.public.sealing)))
        return path

    async def by_stick(self, stick: Path, keep: bool = False):
        return await import_stick(stick, self.registry.app[STORAGE], self.keys, self.registry.clock(), keep)

    async def state(self) -> CardState:
        async with self.registry.app[STORAGE].reading() as connection:
            views = await overview(connection, self.registry.clock())
        return next(view.state for view in views if view.unit == self.card.unit)

    async def doubted(self) -> bool:
        async with self.registry.app[STORAGE].reading() as connection:
            found = await fleet(connection, self.registry.clock())
        return any(fault.code is FaultCode.CARD_COPIED for view in found.units for fault in view.known.faults)


def said(answer) -> str:
    return json.dumps(answer, ensure_ascii=False)


async def test_a_unit_with_a_card_is_let_in_where_the_technician_placed_it(registry: Registry) -> None:
    batch, key = Batch(registry), new_key()
    code, answer = await registry.enrol(batch.token(key, place=VILLAGES[1].place))
    assert (code, answer["place"], answer["place_name"]) == (200, VILLAGES[1].place, "Thôn Bản Bon")
    assert (await registry.report(Unit(NAME, key).report(0))).refused == {}
    assert await batch.state() is CardState.USED


async def test_a_lost_answer_may_be_asked_for_again(registry: Registry) -> None:
    batch, key = Batch(registry), new_key()
    assert await registry.enrol(batch.token(key)) == await registry.enrol(batch.token(key))
    assert not await batch.doubted()


async def test_a_second_key_is_refused_and_the_first_is_kept_and_doubted(registry: Registry, clock: Dial, caplog) -> None:
    batch, first = Batch(registry), new_key()
    await batch.remembered()
    await registry.enrol(batch.token(first))
    with caplog.at_level(logging.ERROR):
        code, answer = await registry.enrol(batch.token(second := new_key(), "pi-2"))
    assert code == 403
    assert "another machine has used this card before" in said(answer)
    assert "ALARM" in caplog.text
    assert "pi-2" in caplog.text
    assert await batch.doubted()
    assert (await registry.report(Unit(NAME, first).report(0))).refused == {}, "the first is kept"
    assert await batch.state() is CardState.DOUBTED
    page = await (await registry.look("/")).text()
    assert "card card-1 was copied" in page
    async with registry.app[STORAGE].writing() as connection:
        await settle(connection, NAME, clock())
    assert not await batch.doubted()
    assert (await registry.enrol(batch.token(second, "pi-2")))[0] == 403
    assert not await batch.doubted(), "what was settled stays settled, however often it asks"
    await registry.enrol(batch.token(new_key(), "pi-3"))
    assert await batch.doubted(), "a third machine is news"
    async with registry.app[STORAGE].reading() as connection:
        told = await rows(connection)
    assert [row.event for row in told if row.unit] == ["let-in", "card-copied", "card-settled", "card-copied"]
    assert broken_at(told) is None


async def test_a_copied_card_from_the_bench_is_found_out_by_the_machine(registry: Registry) -> None:
    batch = Batch(registry, Way.BENCH)
    assert (await registry.enrol(batch.token(batch.card_key, "pi-1")))[0] == 200
    assert (await registry.enrol(batch.token(batch.card_key, "pi-2")))[0] == 403
    assert await batch.doubted()


async def test_a_unit_whose_place_another_took_is_let_in_no_more_by_its_card(registry: Registry) -> None:
    batch, key = Batch(registry), new_key()
    await registry.enrol(batch.token(key))
    await registry.enrolled("bt-moi")
    async with registry.app[STORAGE].writing() as connection:
        await connection.execute(update(units).where(units.c.unit == NAME).values(replaced_by="bt-moi"))
    code, answer = await registry.enrol(batch.token(key))
    assert (code, "replaced by bt-moi" in said(answer)) == (403, True)
    assert not await batch.doubted()


@pytest.mark.parametrize(("first", "second"), [(None, "pi-1"), ("pi-1", None)])
async def test_a_machine_that_tells_no_number_is_another_one_than_a_machine_that_does(registry: Registry, first, second) -> None:
    batch = Batch(registry, Way.BENCH)
    for _ in range(2):
        assert (await registry.enrol(batch.token(batch.card_key, first)))[0] == 200
    assert not await batch.doubted()
    assert (await registry.enrol(batch.token(batch.card_key, second)))[0] == 403
    assert await batch.doubted()


@pytest.mark.parametrize("stick_first", [True, False])
async def test_a_copy_is_found_out_by_stick_and_network_in_either_order(registry: Registry, tmp_path: Path, stick_first: bool) -> None:
    batch, one, other = Batch(registry), new_key(), new_key()
    if stick_first:
        letter = batch.letter(tmp_path, one)
        told = await batch.by_stick(tmp_path)
        assert [each.enrolled for each in told] == [True]
        code, _ = await registry.enrol(batch.token(other, "pi-2"))
        assert code == 403
    else:
        assert (await registry.enrol(batch.token(one)))[0] == 200
        letter = batch.letter(tmp_path, other, "pi-2")
        (told,) = await batch.by_stick(tmp_path)
        assert not told.enrolled
        assert "another machine" in told.refused[0]
    assert not letter.exists(), "it is answered"
    answer = CardAnswer.model_validate_json(verify(letter.with_suffix(".jws").read_text(), dict(batch.keys.public.signing)))
    assert answer.accepted is stick_first
    assert answer.thumbprint == thumbprint(public_jwk(one if stick_first else other))
    assert await batch.doubted()


async def test_two_machines_on_one_stick_are_both_answered(registry: Registry, tmp_path: Path) -> None:
    batch = Batch(registry)
    letters = [batch.letter(tmp_path, new_key(), f"pi-{n}") for n in range(2)]
    await batch.by_stick(tmp_path)
    answers = [verify(letter.with_suffix(".jws").read_text(), dict(batch.keys.public.signing)) for letter in letters]
    assert sorted(CardAnswer.model_validate_json(answer).accepted for answer in answers) == [False, True]
    assert await batch.doubted()


async def test_the_same_stick_again_changes_nothing(registry: Registry, tmp_path: Path) -> None:
    batch, key = Batch(registry), new_key()
    batch.letter(tmp_path, key)
    for _ in range(2):
        assert [told.enrolled for told in await batch.by_stick(tmp_path, keep=True)] == [True]
    assert not await batch.doubted()


async def test_what_is_no_claim_is_told_and_left(registry: Registry, tmp_path: Path) -> None:
    batch = Batch(registry)
    letter = batch.letter(tmp_path, new_key())
    letter.write_text("xyz")
    (told,) = await batch.by_stick(tmp_path)
    assert told.refused
    assert letter.exists()


async def test_another_registrys_card_is_refused(registry: Registry) -> None:
    batch = Batch(registry, maker=CardMaker())
    code, answer = await registry.enrol(batch.token(new_key()))
    assert code == 403
    assert "not signed by this registry" in said(answer)


async def test_a_place_that_the_card_does_not_offer_is_refused(registry: Registry) -> None:
    batch = Batch(registry)
    code, answer = await registry.enrol(batch.token(new_key(), place="vn.99"))
    assert (code, await batch.state()) == (403, CardState.PREPARED)
    assert "not for the village vn.99" in said(answer)


async def test_after_thirty_days_somebody_must_admit_it(registry: Registry, clock: Dial) -> None:
    batch, key, first = Batch(registry), new_key(), stamp(NOON + timedelta(days=2))
    clock.turn(days=32)
    late = Batch(registry)
    late.card = late.card.model_copy(update={"card": "card-2", "unit": "bt-tre", "key": public_jwk(late.card_key)})
    assert (await registry.enrol(batch.token(key, first=first)))[0] == 200, "on the thirtieth day"
    clock.turn(seconds=1)
    code, answer = await registry.enrol(late.token(key := new_key(), first=first))
    assert (code, await late.state()) == (403, CardState.LATE)
    assert "more than 30 days" in said(answer)
    async with registry.app[STORAGE].writing() as connection:
        await admit(connection, "bt-tre", clock())
    assert (await registry.enrol(late.token(key, first=first)))[0] == 200


async def test_a_first_boot_without_a_clock_counts_from_the_cards_last_day(registry: Registry, clock: Dial) -> None:
    batch = Batch(registry)
    clock.turn(days=200)
    unknown = stamp(NOON - timedelta(days=20_000), state=ClockState.UNKNOWN)
    assert (await registry.enrol(batch.token(new_key(), first=unknown)))[0] == 200


async def test_a_revoked_card_lets_nobody_in(registry: Registry, clock: Dial) -> None:
    batch = Batch(registry)
    await registry.enrol(batch.token(new_key(), place="vn.99"))
    async with registry.app[STORAGE].writing() as connection:
        await revoke(connection, NAME, clock())
    code, answer = await registry.enrol(batch.token(new_key()))
    assert (code, await batch.state()) == (403, CardState.REVOKED)
    assert "revoked" in said(answer)


async def test_a_card_that_was_never_heard_of_is_overdue(registry: Registry, clock: Dial) -> None:
    batch = Batch(registry)
    await registry.enrol(batch.token(new_key(), place="vn.99"))
    clock.turn(days=210)
    assert await batch.state() is CardState.PREPARED
    clock.turn(seconds=1)
    assert await batch.state() is CardState.OVERDUE
    page = await (await registry.look("/")).text()
    assert "overdue, never heard of" in page
    assert NAME in page


async def test_a_card_takes_over_no_unit_that_was_let_in_otherwise(registry: Registry) -> None:
    batch = Batch(registry)
    other = await registry.enrolled(NAME)
    assert (await registry.enrol(batch.token(new_key())))[0] == 403
    assert (await registry.report(other.report(0))).refused == {}
