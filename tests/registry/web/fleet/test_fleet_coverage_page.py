"""The pages of coverage: figures that add up, each cell with what proves it, and a table for a spreadsheet that runs nothing."""

import csv
import io
import re

import pytest

from registry.people.roles import Granted, Role
from tests.registry.fleet.coverage.conftest import announcement, notice
from tests.registry.web.fleet.conftest import page
from tests.simulators.content import CHANNEL

ITEM = f"/coverage/{CHANNEL}/lich-tiem"


@pytest.fixture
async def covered(office):
    await office.release(notice(title="Lịch tiêm <b>chủng</b>"), announcement(title="=1+1"))
    await office.areas((CHANNEL, "Xã Bản Mẫu", ("vi",)), *((f"{CHANNEL}.{n:02d}", f"Thôn {n}", ("km", "vi")) for n in range(1, 5)))
    first, second = await office.village(1), await office.village(2)
    await office.village(3)
    await office.shown_thrice(first)
    await office.tell(second, 0, [("display", office.on_board(0))])
    return office


async def test_every_figure_opens_to_its_villages_and_they_add_up(covered):
    text = await page(covered, "/coverage")
    assert "&lt;b&gt;chủng" in text
    (figures,) = re.findall(rf'<h2><a href="{ITEM}">.*?<ul class="figures">(.*?)</ul>', text, re.S)
    counts = [int(count) for count in re.findall(r"<b>(\d+)</b>", figures)]
    assert counts == [1, 1, 1, 1, 4], "shown, not yet, not known, no unit: all four villages"
    cells = re.findall(rf'href="{ITEM}/({CHANNEL}\.\d\d)" title="[^"]*"><span class="cover ([a-z-]+)"', text)
    assert cells == [(f"{CHANNEL}.0{n}", mark) for n, mark in enumerate(("shown", "not-yet", "not-known", "no-unit"), 1)]
    villages = await page(covered, ITEM)
    assert re.findall(r'<span class="cover ([a-z-]+)"[^>]*>[^<]*</span><span class="named">', villages) == [
        "not-yet",
        "not-known",
        "no-unit",
        "shown",
    ], "those that need somebody first"


async def test_a_mark_is_said_in_words_and_a_missing_language_by_its_name(covered):
    text = await page(covered, "/coverage")
    assert '<span class="hidden">chưa rõ</span><span class="lang">km</span>' in text


async def test_a_cell_opens_to_its_units_and_what_they_signed(covered):
    text = await page(covered, f"{ITEM}/{CHANNEL}.01")
    assert "3/3 lần trọn vẹn" in text
    assert len(re.findall(r'<code title="[0-9a-f]{64}"># ', text)) == 3
    assert "/units/bt-01" in text
    text = await page(covered, f"{ITEM}/{CHANNEL}.04")
    assert "No unit stands here" in text


async def test_nobody_sees_a_village_that_is_not_theirs(covered):
    one = Granted(f"{CHANNEL}.01", Role.WATCHER)
    text = await page(covered, "/coverage", one, name="Người Thôn Một")
    assert "Thôn 1" in text
    assert "Thôn 2" not in text
    assert "Thôn 2" not in await page(covered, f"/coverage?area={CHANNEL}", one, name="Người Thôn Một")
    await page(covered, f"{ITEM}/{CHANNEL}.02", one, name="Người Thôn Một", status=404)
    await page(covered, ITEM, Granted("vn.21", Role.WATCHER), name="Người Tỉnh Khác", status=404)
    for missing in (f"/coverage/{CHANNEL}/khong-co", f"{ITEM}/{CHANNEL}.99"):
        await page(covered, missing, status=404)


async def test_the_table_for_a_spreadsheet_has_every_cell_once_and_no_formula(covered):
    text = await page(covered, "/coverage.csv")
    assert text.startswith("\ufeff")
    found = list(csv.reader(io.StringIO(text[1:])))
    assert len(found) == 1 + 4 * 2
    assert sorted({row[5] for row in found[1:]}) == ["'=1+1", "Lịch tiêm <b>chủng</b>"]
    assert [row[6] for row in found[1:] if row[4] == "lich-tiem"] == ["shown", "not-yet", "not-known", "no-unit"]
    assert {row[8] for row in found[1:]} == {"km"}


async def test_an_area_is_chosen_and_nonsense_is_everything(covered):
    assert "Thôn 2" not in await page(covered, f"/coverage?area={CHANNEL}.01")
    for nonsense in ("?area=vn.99", "?page=x", "?page=0", "?page=999999"):
        await page(covered, f"/coverage{nonsense}")
