"""The fleet page in a real browser: nothing runs over the edge, and the picture can be looked at."""

import os
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from evidence.records import Fault, FaultCode, Outcome, Rung
from evidence.report import Sounding
from tests.registry.web.chromium import DESKTOP, PHONE, photograph
from tests.registry.web.conftest import NOON, VILLAGE, shown, sounded, stamp, status

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed")]


async def village(registry, clock):
    """Six units of an invented commune, in six states."""

    async def unit(number, name, code):
        return await registry.enrolled(f"bt-mau-{number:02d}", replace(VILLAGE, place=f"vn.20.06001.{code}", place_name=name))

    board, lost, well, quiet, bare, late = [
        await unit(number, name, f"{number:02d}")
        for number, name in enumerate(
            ["Nhà văn hoá Bản Mẫu", "Chợ Nà Ví Dụ", "Thôn Khuổi Giả", "Tổ 4 Đồng Thử", "Bản Lũng Nháp", "Ấp Sóc Tả"], 1
        )
    ]
    await registry.report(late.report(0, [("display", shown(0, item="lich-cat-dien"))]))
    clock.turn(hours=5)
    speaking = Sounding(occurrence="k", item="phong-chong-bao", channel="vn.20.06001", language="vi", since=stamp())
    playing = (status("display", showing="lich-tiem-chung"), status("audio", sounding=speaking))
    now = stamp(wall=clock() - timedelta(seconds=20))
    heard = sounded(0, occurrence="k", item="phong-chong-bao", at=now)
    await registry.report(board.report(0, [("display", shown(0, at=now)), ("audio", heard)], programs=playing, at=now))
    gone = Fault(n=0, at=now, code=FaultCode.SPEAKER_LOST, detail="không thấy thiết bị âm thanh / the sound device is gone")
    dead = (
        status("display", ready=False, reasons=("không mở được màn hình / no screen",)),
        status("audio", ready=False, reasons=("không có loa / no speaker",)),
    )
    await registry.report(lost.report(0, [("audio", gone)], programs=dead, at=now))
    simulated = (status("display", showing="thu-tuc-dat-dai", simulated=("headless screen",)), status("audio", simulated=("disk",)))
    await registry.report(
        well.report(0, [("display", shown(0, item="thu-tuc-dat-dai", at=now, simulated=True))], programs=simulated, at=now)
    )
    by_rule = sounded(0, item="ban-tin-toi", outcome=Outcome.REFUSED_BY_RULE, rung=Rung.UNKNOWN, at=now)
    await registry.report(quiet.report(0, [("audio", by_rule)], at=now))
    await registry.report(
        bare.report(
            0,
            [("audio", gone)],
            programs=(status("display", showing="gia-nong-san"), status("audio", ready=False, reasons=("không có loa / no speaker",))),
            at=now,
        )
    )


PAGES = [
    ("phone", PHONE, "/"),
    ("desktop", DESKTOP, "/"),
    ("unit", PHONE, "/units/bt-mau-01"),
    ("numbers-phone", PHONE, "/numbers?by=unit"),
    ("numbers", DESKTOP, "/numbers?by=unit"),
]


@pytest.mark.parametrize(("name", "size", "path"), PAGES)
async def test_the_page_fits(registry, chromium, clock, tmp_path, name, size, path):
    await village(registry, clock)
    target = tmp_path / f"{name}.png"
    await photograph(chromium, str(registry.client.make_url(path)), target, size, await registry.account())
    with Image.open(target) as picture:
        assert picture.size[0] == size[0]
        edge = picture.convert("RGB").crop((size[0] - 6, 200, size[0], size[1]))
        assert len(edge.getcolors() or [*range(99)]) <= 2, "something runs over the right edge"
        if keep := os.environ.get("KEEP_PICTURES"):
            picture.save(Path(keep) / target.name)
    assert clock() > NOON
