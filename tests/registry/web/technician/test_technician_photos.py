"""Photographs of a site: without what a phone writes into them, small, and only for who may see them."""

import io
import os
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from registry.web.config import STORAGE
from registry.web.rules import Rules
from registry.web.technician.photographs import path_of, reduced, take_in, tidy
from registry.web.technician.tables import photos
from registry.web.technician.waiting import forget
from tests.registry.web.conftest import NOON
from tests.registry.web.technician.office import SUA

NOISE = Image.effect_noise((2400, 1600), 120)


def jpeg(picture=None, turned=1, **options):
    picture = picture or Image.new("RGB", (400, 300), "green")
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Điện thoại của Mây", turned
    exif.get_ifd(0x8825)[2] = (22.0, 8.0, 30.0)
    made = io.BytesIO()
    picture.save(made, "JPEG", exif=exif, comment=b"nha ba May", **options)
    return made.getvalue()


async def sent(office, phone, unit, raw):
    headers = {**phone.headers, "X-Form-Token": await phone.token()}
    answer = await office.client.post(f"/technician/e/{unit.ref}/photos", data=raw, headers=headers)
    return answer.status, await answer.json()


async def held(office, phone):
    unit = await office.waiting()
    await phone.post(f"/technician/e/{unit.ref}/code", code=unit.code)
    return unit


def test_nothing_that_the_phone_wrote_into_a_picture_is_kept():
    raw = jpeg()
    assert b"Exif" in raw
    made = reduced(raw, Rules())
    assert not any(word in made for word in (b"Exif", b"nha ba May", "Mây".encode()))
    with Image.open(io.BytesIO(made)) as picture:
        assert not picture.getexif()


def test_a_picture_that_was_held_upright_stands_upright():
    with Image.open(io.BytesIO(reduced(jpeg(turned=6), Rules()))) as picture:
        assert picture.size == (300, 400)


@pytest.mark.parametrize("most", [200 * 1024, 20 * 1024])
def test_no_picture_is_larger_than_it_may_be_however_busy(most):
    made = reduced(jpeg(NOISE.convert("RGB"), quality=95), Rules(photo_bytes=most))
    assert len(made) <= most
    with Image.open(io.BytesIO(made)) as picture:
        assert max(picture.size) <= 1600


async def test_a_picture_goes_with_the_unit_when_it_is_let_in(office, phone):
    unit = await held(office, phone)
    status, answer = await sent(office, phone, unit, jpeg())
    assert status == 201
    assert path_of(office.registry.config.data, answer["sha256"]).stat().st_mode & 0o777 == 0o600
    assert f"/technician/photos/{answer['sha256']}.jpg" in (await phone.get(f"/technician/e/{unit.ref}?step=photo"))[1]
    await phone.let_in(unit)
    await office.ask(unit)
    other, far = await office.phone(SUA), await office.phone("Người Xa", "vn.20.06002")
    path = f"/technician/photos/{answer['sha256']}.jpg"
    seen = [(await office.client.get(path, headers=who.headers)).status for who in (phone, other, far)]
    assert seen == [200, 200, 404]


async def test_a_picture_of_a_unit_that_still_waits_is_its_technicians_alone(office, phone):
    unit = await held(office, phone)
    _, answer = await sent(office, phone, unit, jpeg())
    other = await office.phone(SUA)
    assert (await other.get(f"/technician/photos/{answer['sha256']}.jpg"))[0] == 404


async def test_pictures_of_where_a_unit_stood_before_are_not_of_its_new_site(office, phone):
    unit = await held(office, phone)
    _, before = await sent(office, phone, unit, jpeg())
    await phone.let_in(unit)
    await office.ask(unit)
    again = await office.waiting(key=unit.key)
    await phone.post(f"/technician/e/{again.ref}/code", code=again.code)
    assert before["sha256"] not in (await phone.get(f"/technician/e/{again.ref}?step=photo"))[1]


async def test_what_is_no_picture_is_refused_with_a_way_out(office, phone):
    unit = await held(office, phone)
    for raw in (b"", b"rac", jpeg()[:300], b"\0\0\0\x18ftypheic" + b"\0" * 40):
        status, answer = await sent(office, phone, unit, raw)
        assert (status, bool(answer["refused"][0]["do"])) == (422, True)
    assert await office.registry.count(photos) == 0


async def test_a_picture_can_be_taken_back_and_there_is_an_end_to_how_many(office, phone):
    unit = await held(office, phone)
    answers = [await sent(office, phone, unit, jpeg(Image.new("RGB", (40, 30), (n * 20, 0, 0)))) for n in range(7)]
    assert [status for status, _ in answers] == [201] * 6 + [422]
    assert (await phone.post(f"/technician/e/{unit.ref}/photos/remove", sha256=answers[0][1]["sha256"]))[0] == 303
    assert (await sent(office, phone, unit, jpeg()))[0] == 201


async def test_nobody_adds_pictures_to_a_unit_that_is_not_theirs(office, phone):
    unit = await held(office, phone)
    assert (await sent(office, await office.phone(SUA), unit, jpeg()))[0] == 409


async def test_a_picture_larger_than_a_phone_makes_is_not_read_to_the_end(office, phone):
    unit = await held(office, phone)
    assert (await sent(office, phone, unit, io.BytesIO(bytes(17 * 1024 * 1024))))[0] == 413


async def test_pictures_that_nobody_refers_to_are_tidied_away_and_no_others(office, phone):
    config, long_ago = office.registry.config, (NOON - timedelta(days=1)).timestamp()
    gone, unit = await held(office, phone), await held(office, phone)
    await sent(office, phone, gone, jpeg(Image.new("RGB", (40, 30), "red")))
    _, kept = await sent(office, phone, unit, jpeg())
    await phone.let_in(unit)
    await office.ask(unit)
    for path in config.data.glob("photos/*/*.jpg"):
        os.utime(path, (long_ago, long_ago))
    office.clock.turn(hours=3)
    async with office.registry.app[STORAGE].writing() as connection:
        await forget(connection, office.clock(), config.technicians)
        assert await tidy(connection, config.data, office.clock() - config.technicians.waiting_for) == 1
    assert [path.stem for path in config.data.glob("photos/*/*.jpg")] == [kept["sha256"]]
    assert await office.registry.count(photos) == 1


async def test_a_picture_whose_row_is_about_to_be_written_is_not_tidied_away(office):
    config = office.registry.config
    await take_in(config.data, jpeg(), config.technicians)
    async with office.registry.app[STORAGE].writing() as connection:
        assert await tidy(connection, config.data, datetime.now(UTC) - timedelta(hours=2)) == 0
