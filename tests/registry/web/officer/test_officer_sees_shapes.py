"""What a source drew stands on the officer's page, beside the villages that its codes reach."""

import hashlib
import re

from registry.alerts.listed import NAME
from tests.registry.alerts.cap.messages import AREA, SENDER, SOURCES, alert, info
from tests.registry.web.officer.station import NIGHT

TOKEN = "cho-dai-khi-tuong"
POLYGON = "<polygon>22.13,106.19 22.16,106.19 22.16,106.21 22.13,106.19</polygon>"


async def posted(station, area):
    secret = hashlib.sha256(TOKEN.encode()).hexdigest()
    (station.registry.config.data / NAME).write_text(SOURCES.replace("senders =", f'token = "{secret}"\nsenders ='), encoding="utf-8")
    raw = alert(info(area=area), sent=NIGHT.isoformat())
    answer = await station.client.post(
        "/v1/alerts", data=raw, headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/xml"}
    )
    assert answer.status in (200, 201, 202), await answer.text()
    return (await answer.json())["channels"][0]["id"]


async def test_the_polygon_and_the_places_are_drawn(station):
    number = await posted(station, AREA.replace("<geocode>", f"{POLYGON}<geocode>"))
    author = await station.author()
    status, page = await author.get(f"/officer/alerts/{number}")
    assert status == 200
    assert SENDER in page
    (drawn,) = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert drawn.count("<polygon") == 1
    assert "1/" in drawn
    assert drawn.count('font-weight="bold"') == 1
    assert "style=" not in drawn, "the page's policy lets no style in that stands on an element"


async def test_an_alert_without_shapes_has_no_drawing(station):
    number = await posted(station, AREA)
    _, page = await (await station.author()).get(f"/officer/alerts/{number}")
    assert "<svg" not in page
