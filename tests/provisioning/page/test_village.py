"""The village of a prepared card is chosen on the phone: one of those that the card names, and no other."""

from device.unit import read_unit
from evidence.signing import new_key
from provisioning.card.taking import take_over
from tests.provisioning.card.conftest import NOW, Field
from tests.simulators.cards import VILLAGES


def prepared(house):
    """A card for several villages was plugged into the house's unit."""
    (house.paths.root / "boot/firmware").mkdir(parents=True)
    field = Field(house.paths, key=new_key())
    field.machine("10000000abcd")
    field.put()
    take_over(house.paths, NOW)
    house.clock.moment = NOW


async def test_the_unit_enrols_itself_where_the_technician_says(house):
    prepared(house)
    await house.open()
    phone = await house.inside()
    assert "/village" in await (await phone.get()).text()
    text = await (await phone.get("/village")).text()
    assert all(village.name in text and village.place in text for village in VILLAGES)
    answer = await phone.post("/village", {"place": VILLAGES[1].place}, allow_redirects=False)
    assert (answer.status, read_unit(house.paths).place) == (303, VILLAGES[1].place)
    assert VILLAGES[1].name in await (await phone.get()).text()
    assert 'href="/village"' not in await (await phone.get()).text(), "it was chosen"


async def test_a_place_that_the_card_does_not_name_is_refused(house):
    prepared(house)
    await house.open()
    phone = await house.inside()
    await phone.get()
    refused = await phone.post("/village", {"place": "vn.99.99999.99"})
    assert refused.status == 409
    assert read_unit(house.paths) is None


async def test_without_a_card_there_is_nothing_to_choose(house):
    await house.open()
    phone = await house.inside()
    assert 'href="/village"' not in await (await phone.get()).text()
    await phone.get("/")
    assert "no prepared card" in await (await phone.post("/village", {"place": VILLAGES[0].place})).text()
