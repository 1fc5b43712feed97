"""``bangtin provision batch``: prepare cards on the registry's machine, for units that will be installed without coverage."""

import os
from datetime import timedelta
from pathlib import Path

import click

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--data", required=True, type=FOLDER, help="Thư mục dữ liệu của sổ trung tâm · the registry's data folder")
@click.option("--site", required=True, type=FOLDER, help="Thư mục phát hành · release tree, for its root.json")
@click.option("--url", required=True, help="Địa chỉ mà thiết bị dùng · base URL that units are told")
@click.option(
    "--area", "areas", required=True, multiple=True, help="Khu vực được chọn tại chỗ · where the units may stand, e.g. vn.20.06001"
)
@click.option("--units", "count", required=True, type=click.IntRange(1, 1000), help="Bao nhiêu thẻ · how many cards")
@click.option("--out", required=True, type=FOLDER, help="Thư mục mới · a new folder for the cards and their labels")
@click.option("--bench", is_flag=True, help="Khoá tạo sẵn tại bàn, nằm trên thẻ · the unit's own key is made here and lies on the card")
@click.option("--prefix", default="bt", show_default=True, help="Tên thiết bị bắt đầu bằng · how the names of the units begin")
@click.option(
    "--valid", default=180, show_default=True, type=click.IntRange(1, 730), help="Thẻ dùng được, ngày · days until the first start"
)
@click.option(
    "--days", default=30, show_default=True, type=click.IntRange(1, 365), help="Phải báo về trong, ngày · days to report after it"
)
@click.option("--wifi", help="Chữ trong mã QR Wi-Fi · text of a Wi-Fi QR code: WIFI:T:WPA;S:…;P:…;;")
@click.option(
    "--wiring", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Phần cứng của lô · the hardware, as unit.toml"
)
def batch(
    data: Path,
    site: Path,
    url: str,
    areas: tuple[str, ...],
    count: int,
    out: Path,
    bench: bool,
    prefix: str,
    valid: int,
    days: int,
    wifi: str | None,
    wiring: Path | None,
) -> None:
    """Chuẩn bị thẻ cho nơi không có sóng: thư mục từng máy và tờ nhãn · prepare cards and labels for sites without coverage.

    Thẻ chưa dùng là chìa khoá vào sổ: cất như tiền · an unused card lets a unit in: keep it like money.
    """
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    from bangtin.cards.run import Wanted, run
    from evidence.card import Way

    way = Way.BENCH if bench else Way.PRE_AUTHORISED
    run(Wanted(data, site, url, areas, count, out, way, prefix, timedelta(days=valid), days, wifi, wiring))
