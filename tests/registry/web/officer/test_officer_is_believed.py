"""Who is an officer: a link that works once, a phone of one's own, and a key of which the registry never has more than the public half."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from registry.web.config import STORAGE
from registry.web.officer.keys import figures, holder_of
from registry.web.officer.people import key_of
from registry.web.phones.tables import officers
from tests.registry.web.officer.station import DU, NUONG, OfficersPhone
from tests.registry.web.technician.office import Office, plain


async def kept(station):
    async with station.registry.app[STORAGE].reading() as connection:
        return (await connection.execute(select(officers).order_by(officers.c.name))).all()


async def test_a_link_binds_one_phone_once_and_its_first_page_makes_the_key(station):
    link = await station.invited()
    phone, thief = OfficersPhone(station.client), OfficersPhone(station.client)
    assert [(await each.bind(link)).status for each in (phone, thief)] == [303, 403]
    assert 'src="/officer/static/key.js"' in (await phone.get("/officer"))[1]
    assert (await thief.get("/officer"))[0] == 401


async def test_the_public_half_is_kept_and_named_as_delegations_name_it(station):
    phone = await station.phone()
    assert await phone.hand_in() == (204, "")
    (row,) = await kept(station)
    assert (row.name, row.key) == (NUONG, phone.public)
    assert holder_of(NUONG, row.key).public.keyval["public"] == phone.public
    assert NUONG in plain((await phone.get("/officer"))[1])
    assert (await station.events())[-3:] == ["officer-added", "officer-bound", "officer-key"]


async def test_a_key_that_did_not_sign_for_this_phone_is_not_kept(station):
    phone, other = await station.phone(), await station.phone(DU)
    theirs = f"bangtin officer key 1 {await other.token()} {other.public}"
    for public, proof in (
        (other.public, other.key.sign(theirs.encode()).hex()),
        (phone.public, Ed25519PrivateKey.generate().sign(theirs.encode()).hex()),
        (phone.public, "rac"),
    ):
        assert (await phone.hand_in(public, proof))[0] == 403
    assert [row.key for row in await kept(station)] == [None, None]
    assert (await station.events())[-1] == "signature-refused"


async def test_one_key_is_not_two_officers(station):
    phone, other = await station.phone(), await station.phone(DU)
    await phone.hand_in()
    other.key = phone.key
    status, text = await other.hand_in()
    assert (status, "somebody else's" in text) == (403, True), "one person would sit in two seats"
    assert {row.name: row.key for row in await kept(station)} == {NUONG: phone.public, DU: None}


async def test_a_phone_keeps_its_key(station):
    phone = await station.phone()
    await phone.hand_in()
    first, phone.key = phone.public, Ed25519PrivateKey.generate()
    assert (await phone.hand_in())[0] == 403, "whoever has the cookie for a moment cannot put a key of his own in its place"
    assert [row.key for row in await kept(station)] == [first]


async def test_another_phone_has_another_key(station):
    phone = await station.phone()
    await phone.hand_in()
    other = await station.phone(f" {NUONG.lower()} ")
    assert [(row.name, key_of(row)) for row in await kept(station)] == [(NUONG, None)]
    assert (await phone.get("/officer"))[0] == 401
    assert (await other.hand_in())[0] == 204
    assert [key_of(row) for row in await kept(station)] == [other.public]


async def test_the_same_browser_bound_again_keeps_its_key_and_its_seat(station):
    phone = await station.author()
    await station.approver()
    station.clock.turn(days=180)
    assert (await phone.get("/officer"))[0] == 401
    assert (await phone.bind(await station.invited())).status == 303
    page = (await phone.get("/officer"))[1]
    assert f'data-before="{phone.public}"' in page, "its script learns which key is its own"
    assert (await phone.hand_in())[0] == 204
    assert (await phone.sign(await phone.wish()))[0] == 200


async def test_a_key_that_the_bound_phone_has_not_proven_signs_nothing(station):
    phone = await station.author()
    await station.approver()
    number = await phone.wish()
    signed = (await phone.words(number))["signed"]
    thief = OfficersPhone(station.client, key=phone.key)
    await thief.bind(await station.invited())
    assert (await thief.sign(number, signed=signed))[0] == 409
    assert 'src="/officer/static/key.js"' in (await thief.get("/officer"))[1]


async def test_a_phone_in_use_stays_bound_and_has_its_key(station):
    phone = await station.author()
    for _ in range(3):
        station.clock.turn(days=179)
        assert (await phone.get("/officer"))[0] == 200
    assert [key_of(row) for row in await kept(station)] == [phone.public]


async def test_what_flows_renews_nothing_and_the_page_around_it_does(station):
    phone = await station.phone()
    station.clock.turn(days=1)
    async with station.client.get("/officer/news", headers=phone.headers) as flowing:
        assert (flowing.status, flowing.cookies.get(phone.kind.cookie)) == (200, None)
    assert (await station.client.get("/officer", headers=phone.headers)).cookies.get(phone.kind.cookie) is not None


async def test_a_revoked_phone_gets_nowhere(station):
    phone = await station.phone()
    await phone.hand_in()
    await station.revoke(NUONG)
    assert (await phone.get("/officer"))[0] == 401
    assert (await phone.hand_in())[0] == 401


async def test_a_technicians_phone_is_no_officers(station):
    office = Office(station.registry)
    technician = await office.phone()
    assert (await station.client.get("/officer", headers=technician.headers)).status == 401
    stolen = OfficersPhone(station.client, technician.cookie)
    assert (await stolen.get("/officer"))[0] == 401, "one kind's cookie opens nothing of another's"
    assert (await OfficersPhone(station.client).bind(await office.invited())).status == 403


async def test_a_forged_form_hands_in_no_key(station):
    phone = await station.phone()
    assert (await phone.send("/officer/key", {"public": phone.public, "proof": "00" * 64}, token="forged"))[0] == 403
    assert (await station.events())[-1] == "form-forged"


@pytest.mark.parametrize("public", ["00" * 32, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"])
def test_figures_are_twenty_in_fives_of_four(public):
    assert [len(group) for group in figures(public).split(" ")] == [4] * 5
