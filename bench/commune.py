"""An invented commune for the benches: notices of the usual length, a release tree, and a unit that obeys it."""

from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from bundle.items import Notice, Provenance, Wording
from bundle.manifest import Bundle
from device.paths import Paths
from device.unit import UnitRecord, write_unit
from tests.simulators.content import CHANNEL, picture_of
from tests.simulators.publisher import Publisher

PERSONS = Provenance(author="Lò Thị Mây", approver="Hoàng Văn Suối", issuing_body="Ủy ban nhân dân xã Bản Mẫu")
NOW = datetime.now(UTC).replace(microsecond=0)
PLACES = ("Bến Đò", "Đồng Lúa", "Khuổi Sao", "Cây Gạo", "Chợ Mới", "Nà Cọ", "Suối Trong")
BODY = (
    "Nước sạch được cấp luân phiên ở thôn {place} từ {hour} giờ đến {end} giờ, thứ {day} hằng tuần.\n\n"
    "- Trữ nước vào bể có nắp đậy.\n- Khóa vòi khi ra khỏi nhà.\n- Báo vỡ ống: 0200 000 {phone}."
)
TITLE = "Lịch cấp nước thôn {place}, đợt {n}"
PAGE = """<!doctype html><html lang="vi" translate="no"><meta charset="utf-8">
<meta name="google" content="notranslate"><title>bảng tin</title>
<style>
body {{ margin: 0; height: 100vh; display: flex; flex-direction: column; background: #fbfaf5; color: #16241f;
  font: 64px/1.35 "Noto Sans", sans-serif }}
header, footer {{ background: #0e3b34; color: #fff; padding: 28px 80px; font-size: 40px; display: flex; justify-content: space-between }}
main {{ flex: 1; padding: 48px 80px }}
h1 {{ font-size: 88px; margin: 0 }}
</style>
<header><b>bảng tin · THÔNG BÁO</b><span>{date}</span></header>
<main><h1>{title}</h1>{body}</main>
<footer><span>{issuer}</span><span>0200 000 101</span></footer>
</html>"""


def notice(n: int, pictures: tuple[bytes, ...] = ()) -> Notice:
    """The notice number *n*: a title and some lines, one page on a board, with *pictures*."""
    place = PLACES[n % len(PLACES)]
    body = BODY.format(place=place, hour=5 + n % 9, end=9 + n % 11, day=2 + n % 6, phone=120 + n)
    wording = Wording(language="vi", title=TITLE.format(place=place, n=n), body=body)
    return Notice(id=f"tin-{n}", provenance=PERSONS, versions=(wording,), pictures=tuple(map(picture_of, pictures)))


def bundle(*notices: Notice, version: int = 1) -> Bundle:
    """A bundle of *notices*, good for 30 days."""
    return Bundle(
        format=1,
        channel=CHANNEL,
        version=version,
        title="Tin trong tuần",
        area_name="Xã Bản Mẫu",
        contact="Văn phòng UBND xã Bản Mẫu, 0200 000 101",
        made=NOW,
        valid_until=NOW + timedelta(days=30),
        notices=notices,
    )


def kiosk_page(shown: Notice) -> str:
    """The same notice as a page for a browser: header, title, text, date and contact; no script, no network, no web font."""
    wording = shown.versions[0]
    paragraph, *points = (escape(line.removeprefix("- ")) for line in wording.body.splitlines() if line)
    listed = "".join(f"<li>{point}</li>" for point in points)
    return PAGE.format(
        issuer=escape(shown.provenance.issuing_body),
        title=escape(wording.title),
        body=f"<p>{paragraph}</p><ul>{listed}</ul>",
        date=f"{NOW:%d/%m/%Y %H:%M}",
    )


def enrolled(root: Path, publisher: Publisher, settings: str) -> Paths:
    """A unit below *root* as provisioning leaves it, with *settings* as its wiring."""
    paths = Paths(root)
    paths.unit_toml.parent.mkdir(parents=True)
    paths.unit_toml.write_text(settings, encoding="utf-8")
    record = UnitRecord(
        unit="bang-1",
        registry="http://127.0.0.1:1",
        content="http://127.0.0.1:1",
        place=f"{CHANNEL}.03",
        place_name="Thôn Ba, xã Bản Mẫu",
        channels=(CHANNEL,),
        languages=("vi",),
        enrolled_at=NOW,
        confirmed=NOW,
        root_fingerprint="0" * 64,
    )
    write_unit(paths, record)
    paths.root_json.write_bytes(publisher.root_bytes)
    return paths
