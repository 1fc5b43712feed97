"""The technician's pages in a phone-size browser: cookies that strangers' links do not bring, scanning, and pictures made small."""

import io
import shutil

import pytest
from aiohttp import web
from PIL import Image
from sqlalchemy import select

from registry.web.config import STORAGE
from registry.web.technician.photographs import path_of
from registry.web.technician.tables import photos
from tests.registry.web.chromium import page_of
from tests.registry.web.technician.office import THO, Newcomer

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]

PHONE = {"viewport": {"width": 390, "height": 780}, "is_mobile": True, "has_touch": True}


@pytest.fixture
async def page(office, chromium):
    async with page_of(chromium, **PHONE) as found:
        yield found


def url(office, path):
    return str(office.client.make_url("/")).rstrip("/") + path


async def bound(office, page):
    await page.goto(url(office, f"/t#{await office.invited()}"))
    assert "#" not in page.url, "the secret has left the address and the history"
    await page.get_by_role("button").click()
    await page.wait_for_url("**/technician")


@pytest.fixture
async def elsewhere(aiohttp_server):
    """A page of another site, as a messenger or a camera's browser is one, that links to us."""
    links = {}

    async def show(_):
        return web.Response(text=f'<a href="{links["to"]}">mở</a>', content_type="text/html")

    app = web.Application()
    app.router.add_get("/", show)
    server = await aiohttp_server(app)
    return links, f"http://localhost:{server.port}/"


async def test_a_link_from_elsewhere_reaches_the_unit_although_it_brings_no_cookie(office, page, elsewhere):
    unit = await office.waiting()
    await bound(office, page)
    links, foreign = elsewhere
    links["to"] = url(office, f"/technician/e/{unit.ref}")
    await page.goto(foreign)
    await page.get_by_role("link").click()
    assert "not bound" in await page.inner_text("main"), "this is what the page behind the code is for"
    links["to"] = url(office, f"/e#{unit.ref}")
    await page.goto(foreign)
    await page.get_by_role("link").click()
    await page.wait_for_selector("input.code")


async def test_a_form_of_another_site_finds_no_cookie(office, page, elsewhere):
    unit = await office.waiting()
    await bound(office, page)
    links, foreign = elsewhere
    links["to"] = "#"
    await page.goto(foreign)
    target = url(office, f"/technician/e/{unit.ref}/code")
    script = "(to) => {const f = document.createElement('form'); f.method = 'post'; f.action = to; document.body.append(f); f.submit()}"
    async with page.expect_navigation() as navigation:
        await page.evaluate(script, target)
    assert (await (await navigation.value).request.response()).status in (401, 403)


async def test_what_is_no_code_of_a_unit_is_told_so(office, page):
    await page.goto(url(office, "/e#rac"))
    await page.get_by_text("This is not the code of a unit").wait_for()


async def test_a_code_is_pasted_where_the_browser_reads_none(office, page):
    unit = await office.waiting()
    await bound(office, page)
    await page.goto(url(office, "/technician/scan"))
    await page.get_by_text("This browser reads no codes").wait_for()
    await page.fill("#text", "https://noi-khac.vn/gi-do")
    await page.get_by_role("button").click()
    await page.get_by_text("That is not the code of a unit").wait_for()
    await page.fill("#text", f" https://so.tinh-mau.vn/e#{unit.ref} ")
    await page.get_by_role("button").click()
    await page.wait_for_selector("input.code")


async def test_a_code_in_front_of_the_camera_opens_its_unit(office, page):
    unit = await office.waiting()
    await bound(office, page)
    reads = f"[{{rawValue: 'WIFI:S:x;;'}}, {{rawValue: 'https://so.tinh-mau.vn/e#{unit.ref}'}}]"
    await page.add_init_script(f"window.BarcodeDetector = class {{ async detect(video) {{ return video.videoWidth ? {reads} : []; }} }}")
    await page.goto(url(office, "/technician/scan"))
    await page.wait_for_selector("input.code")


async def test_a_large_photograph_leaves_the_phone_small_and_arrives_without_its_place(office, page):
    unit = await office.waiting()
    await bound(office, page)
    await page.goto(url(office, f"/technician/e/{unit.ref}"))
    await page.fill("input.code", unit.code)
    await page.get_by_role("button", name="Tiếp").click()
    await page.get_by_role("button", name="Bản Khuổi Sao").click()
    await page.get_by_role("button", name="Tiếp").click()
    made, exif = io.BytesIO(), Image.Exif()
    exif.get_ifd(0x8825)[2] = (22.0, 8.0, 30.0)
    Image.effect_noise((2400, 1800), 90).convert("RGB").save(made, "JPEG", exif=exif, quality=92)
    async with page.expect_request("**/photos") as sent:
        await page.set_input_files("#camera", {"name": "site.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()})
    await page.wait_for_selector("figure img")
    request = await sent.value
    assert int((await request.all_headers())["content-length"]) < len(made.getvalue()) / 3
    async with office.registry.app[STORAGE].reading() as connection:
        row = (await connection.execute(select(photos))).one()
    kept = path_of(office.registry.config.data, row.sha256).read_bytes()
    assert (row.technician, len(kept) <= 200 * 1024, b"Exif" in kept) == (THO, True, False)


async def test_a_page_that_waits_goes_on_by_itself_when_the_unit_calls(office, page):
    unit = Newcomer()
    await bound(office, page)
    await page.goto(url(office, f"/e#{unit.ref}"))
    await page.get_by_text("Waiting for the unit to call").wait_for()
    await office.ask(unit)
    await page.wait_for_selector("input.code")
