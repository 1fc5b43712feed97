"""A technician's phone, from its link to a unit that was let in and is looked after."""

import io
import shutil

import pytest
from PIL import Image

from tests.registry.web.pictures.camera import camera
from tests.registry.web.pictures.morning import BOARD
from tests.registry.web.technician.office import Office

pytestmark = [pytest.mark.pictures, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]


async def test_a_technician_lets_a_unit_in(registry, chromium):
    office = Office(registry)
    await office.prepare()
    await office.waiting()
    unit = await office.waiting()
    async with camera(chromium, registry.client) as lens:
        page = lens.page
        await lens.at("technician-scanned", f"/e#{unit.ref}")
        await lens.at("technician-bind", f"/t#{await office.invited()}")
        await page.get_by_role("button").tap()
        await page.wait_for_url("**/technician")
        await page.goto(lens.base + f"/technician/e/{unit.ref}")
        await lens.take("technician-code")
        await page.fill("input.code", unit.code)
        await page.get_by_role("button", name="Tiếp").tap()
        await page.get_by_role("button", name="Bản Khuổi Sao").wait_for()
        await lens.take("technician-place")
        await page.get_by_role("button", name="Bản Khuổi Sao").tap()
        await page.locator("[name=content-name]").wait_for()
        for field, value in (("content-name", "Lò Thị Mây"), ("content-phone", "0200 000 111"), ("repair-name", "Trần Văn Suối")):
            await page.fill(f"[name={field}]", value)
        await lens.take("technician-holders")
        await page.get_by_role("button", name="Tiếp").tap()
        with Image.open(BOARD) as board:
            board.convert("RGB").save(picture := io.BytesIO(), "JPEG")
        await page.set_input_files("#camera", {"name": "site.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()})
        await page.wait_for_selector("figure img")
        await lens.take("technician-photo")
        await lens.at("technician", "/technician")
        await lens.at("technician-scan", "/technician/scan")
        await page.goto(lens.base + f"/technician/e/{unit.ref}")
        await page.get_by_role("button", name="Nhận").tap()
        await page.get_by_text("Báo cáo đầu tiên").wait_for()
        await lens.take("technician-in")
        status, _ = await office.ask(unit)
        assert status == 200
        await lens.at("technician-unit", f"/technician/units/{unit.unit}")
        await lens.at("technician-unit-holders", f"/technician/units/{unit.unit}/holders")
