"""A whole unit on a static page: agent, display, voice, sound process and amplifier, with the registry in reach."""

import tempfile
from pathlib import Path

from bangtin.demo.village import PROGRAMS, Village, Wiring
from bench.glass import Glass
from bench.row import Row
from bench.running import Cost, costs, pause
from device.status import read_status

WARM_UP, IDLE = 10.0, 20.0
PROGRAMME = """
format = 1
channel = "vn.20.06001"
title = "Bảng tin xã Bản Mẫu"
area_name = "Xã Bản Mẫu"
contact = "Trụ sở UBND xã Bản Mẫu, điện thoại 0200 000 101"
sender = "ubnd.banmau.vn.20.06001"
issuing_body = "Ủy ban nhân dân xã Bản Mẫu"
author = "Hà Thị Mẫu Đơn, cán bộ thông tin"
approver = "Đinh Văn Thí Dụ, Phó Chủ tịch xã"
valid_days = 30
"""
NOTICE = '+++\ntitle = "Lịch tiêm chủng"\n+++\nTrạm y tế xã mở cửa lúc 7 giờ sáng thứ Ba. Nhớ mang sổ tiêm.\n'


def rows() -> list[Row]:
    """All rows of this bench."""
    with tempfile.TemporaryDirectory() as name, Glass() as glass:
        village = _published(Path(name), glass)
        try:
            village.serve()
            village.wire(Wiring(window=True, poll_seconds=900.0))
            village.enrol()
            village.start_unit()
            village.wait("the notice is on the board", lambda: _shows(village), 60)
            pause(WARM_UP)
            return _rows(costs({program: village.stage.running[program] for program in PROGRAMS}, IDLE))
        finally:
            village.stage.stop_all()


def _published(folder: Path, glass: Glass) -> Village:
    content = folder / "content"
    (content / "notices").mkdir(parents=True)
    (content / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    (content / "notices" / "tiem-chung.vi.md").write_text(NOTICE, encoding="utf-8")
    village = Village(folder / "village", content)
    village.stage.environment["DISPLAY"] = glass.display
    village.found()
    village.draft({})
    village.publish()
    return village


def _shows(village: Village) -> bool:
    status = read_status(village.paths, "display")
    return status is not None and status.showing is not None and "tiem-chung" in status.showing


def _rows(found: dict[str, Cost]) -> list[Row]:
    cpu, pss = sum(each.cpu for each in found.values()), sum(each.pss for each in found.values())
    shares = ", ".join(f"{name} {each.cpu:.2f} % {each.pss:.0f} MB in {each.processes}" for name, each in found.items())
    how = (
        f"{IDLE:.0f} s on a static page in a window under Xvfb (X server not counted), sound into a file, mock pins; {shares}; "
        "other Python programs ran beside it and bear a part of the shared pages: alone the unit has somewhat more"
    )
    return [
        Row(name="unit, static page, CPU", value=cpu, unit="% of a core", budget="≤ 2 % of a core", holds=cpu <= 2, method=how),
        Row(name="unit, static page, PSS", value=pss, unit="MB", budget="≤ 220 MB", holds=pss <= 220, method=how),
    ]
