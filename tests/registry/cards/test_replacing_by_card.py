"""A unit from a prepared card says whose place it takes: nothing changes before a person has confirmed it."""

import pytest

from bundle.errors import Refused
from evidence.records import FaultCode
from evidence.report import Enrolment
from evidence.signing import new_key, public_jwk, sign, verify
from registry.cards.overview import revoke
from registry.fleet.replacing import confirm
from registry.fleet.views import one
from registry.web.config import STORAGE
from tests.registry.cards.test_claiming import NAME, Batch
from tests.registry.web.conftest import Registry, Unit


def replacing(batch: Batch, key: bytes, old: str) -> str:
    enrolment = Enrolment.model_validate_json(verify(batch.token(key), public_jwk(key)))
    return sign(enrolment.model_copy(update={"replaces": old}).model_dump_json().encode(), key)


async def pending(registry: Registry) -> bool:
    async with registry.app[STORAGE].reading() as connection:
        found = await one(connection, NAME, registry.clock())
    assert found is not None
    return any(fault.code is FaultCode.REPLACEMENT_PENDING for fault in found.known.faults)


async def test_the_old_unit_is_believed_until_a_person_confirms_it(registry: Registry) -> None:
    batch, key, old = Batch(registry), new_key(), await registry.enrolled("bt-cu")
    assert (await registry.enrol(replacing(batch, key, "bt-cu")))[0] == 200
    assert await pending(registry)
    assert "takes the place of bt-cu" in await (await registry.look(f"/units/{NAME}")).text(), "before its first report, too"
    await registry.report(Unit(NAME, key).report(0))
    assert "takes the place of bt-cu" in await (await registry.look("/")).text()
    assert (await registry.report(old.report(0))).refused == {}, "whoever stole a card ends no village's unit"
    async with registry.app[STORAGE].writing() as connection:
        await confirm(connection, "bt-cu", NAME, registry.clock())
    assert not await pending(registry)
    assert "revoked" in (await registry.report(old.report(1))).refused["0"]
    assert 'href="/units/bt-cu"' in await (await registry.look(f"/units/{NAME}")).text()


async def test_a_name_that_nobody_has_is_no_reason_to_keep_the_unit_out(registry: Registry) -> None:
    assert (await registry.enrol(replacing(Batch(registry), new_key(), "bt-nham")))[0] == 200
    assert await pending(registry)
    async with registry.app[STORAGE].writing() as connection:
        with pytest.raises(Refused, match="no unit bt-nham"):
            await confirm(connection, "bt-nham", NAME, registry.clock())


async def test_a_thief_with_a_copied_card_is_put_out_by_the_unit_that_is_let_in_otherwise(registry: Registry) -> None:
    batch, thief = Batch(registry), new_key()
    await registry.enrol(batch.token(thief))
    right = await registry.enrolled("bt-that")
    async with registry.app[STORAGE].writing() as connection:
        with pytest.raises(Refused, match=f"registry replace {NAME} NEW"):
            await revoke(connection, NAME, registry.clock())
    async with registry.app[STORAGE].writing() as connection:
        await confirm(connection, NAME, "bt-that", registry.clock())
        with pytest.raises(Refused, match="was itself replaced"):
            await confirm(connection, "bt-that", NAME, registry.clock())
    assert (await registry.enrol(batch.token(thief)))[0] == 403
    assert (await registry.report(right.report(0))).refused == {}
