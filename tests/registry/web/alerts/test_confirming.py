"""The page of one alert: every village under one heading, why it has no more, and whom to telephone."""

import re

from registry.alerts.confirmation.ladder import Reach
from registry.areas.places import Area, import_areas
from registry.web.config import STORAGE


def said(text):
    """What people read of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


async def page(commune, path=""):
    answer = await commune.watched.registry.look(f"/alerts/{commune.watched.raised().key}{path}")
    assert answer.status == 200
    return await answer.text()


async def test_every_village_counts_under_one_heading(commune):
    found = await commune.watched.confirmed()
    reaches = {village.name.removeprefix("Thôn "): village.reach for village in found.villages}
    assert reaches == {
        "Bản Mẫu": Reach.FULL,
        "Nà Ví Dụ": Reach.BOARD_ONLY,
        "Khuổi Giả": Reach.SOUND_ONLY,
        "Đồng Thử": Reach.RECEIVED_ONLY,
        "Lũng Nháp": Reach.BOARD_ONLY,
        "Sóc Tả": Reach.NOT_KNOWN,
        "Pác Tạm": Reach.NOT_KNOWN,
        "Cốc Mô Phỏng": Reach.RECEIVED_ONLY,
        "Phai Yên": Reach.NOT_KNOWN,
        "Nà Câm": Reach.NOT_REACHED,
    }
    assert sum(found.by_village.values()) == len(found.villages) == 10


async def test_a_village_without_a_unit_does_not_have_it(commune):
    places = [Area(code="vn.20.06001", name="Xã Mẫu"), *(Area(code=f"vn.20.06001.{n}", name=f"Thôn {n}") for n in ("01", "98", "99"))]
    async with commune.watched.registry.app[STORAGE].writing() as connection:
        await import_areas(connection, [*places, Area(code="vn.20.06002.01", name="Thôn Ngoài")])
    found = await commune.watched.confirmed()
    assert [village.name for village in found.villages if village.reach is Reach.NO_UNIT] == ["Thôn 98", "Thôn 99"]
    assert (len(found.villages), sum(found.by_village.values()), found.units[Reach.NO_UNIT]) == (12, 12, 0)
    text = said(await page(commune))
    assert "/12 thôn đã có tin" in text.replace(" /", "/")
    assert re.search(r"Thôn 99 ∅ Chưa có thiết bị no unit here .* / no unit here gets this alert ☎ 0912", text)
    assert "Thôn 98 ∅ Chưa có thiết bị" in said(await page(commune, "/vn.20.06001?part=1"))


async def test_it_says_why_and_whom_to_telephone(commune):
    text = said(await page(commune))
    for why in (
        "tắt tiếng tại chỗ / silenced on site",
        "màn hình không có tín hiệu",
        "không có điện / amplifier line loa-1 has no power",
        "không liên lạc từ 08:00 03/05/2027 / no contact since",
        "chờ người mang USB / waiting for the courier; liên lạc cuối 08:00",
        "mô phỏng, không tính là đã đến / simulated, does not count: screen: headless, sound: disk",
        "đang bảo trì / under maintenance",
        "mà chưa nhận tin / in contact, not received yet",
    ):
        assert why in text, why
    assert "☎ 0912 000 105 Hoàng Văn Suối · thiết bị" in text


async def test_the_villages_of_a_commune_open_as_a_part_or_as_a_page(commune):
    part, whole = await page(commune, "/vn.20.06001?part=1"), await page(commune, "/vn.20.06001")
    assert part.lstrip().startswith("<ul")
    assert "<html" in whole
    assert "+1,4 giây" in part
    missing = await commune.watched.registry.look(f"/alerts/{commune.watched.raised().key}/vn.99")
    assert missing.status == 404


async def test_an_unknown_alert_is_not_there_and_the_list_names_those_that_are(commune):
    look = commune.watched.registry.look
    assert (await look("/alerts/0123456789abcdef")).status == 404
    text = said(await (await look("/alerts")).text())
    assert "4 /10 thôn đã có tin" in text.replace("/ 10", "/10")


async def test_an_officers_page_wants_a_bound_phone(commune):
    answer = await commune.watched.registry.client.get(f"/officer/reach/{commune.watched.raised().key}")
    assert answer.status == 401
    assert "0912" not in await answer.text()


async def test_after_a_stop_it_says_who_still_carries_it(commune):
    watched = commune.watched
    watched.stop(commune.alert)
    watched.clock.turn(seconds=3)
    await commune.tell(
        0, programs=(watched.status("display", showing="notice-a"), watched.status("audio")), versions={"vn.20.06001/stop.json": 1}
    )
    await commune.tell(1, programs=(watched.showing(commune.alert), watched.status("audio")))
    await commune.tell(2, programs=(watched.status("display"), watched.sounding(commune.alert)))
    text = said(await page(commune))
    assert re.search(r"♪ Còn đang phát still sounding 1 ", text)
    assert re.search(r"▤ Còn trên bảng still on the board 1 ", text)
    assert re.search(r"✓ Đã dừng stopped 1 ", text)
    assert "chưa rõ đã nhận lệnh dừng" in text
    assert (await watched.ladder(commune.units[0])).facts.stopped is not None
