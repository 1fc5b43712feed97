"""What is known of how a unit came to stand where it stands: who let it in, how it was commissioned, who holds its duties."""

import asyncio
import hashlib
from base64 import urlsafe_b64encode

import pytest
from sqlalchemy import delete, select

from bundle.errors import Refused
from evidence.duties import Duty
from evidence.records import Commissioned, FaultCode, Photo
from evidence.self_test import Mark
from evidence.visits import Checked
from registry.fleet.duties import name_one
from registry.fleet.states import State
from registry.fleet.tables import holders
from registry.fleet.views import fleet
from registry.web.config import STORAGE
from registry.web.technician.commands import holder_command
from tests.registry.web.conftest import PLACE, stamp, status

PICTURE = b"RIFF\x0c\0\0\0WEBPVP8 "
DIGEST = hashlib.sha256(PICTURE).hexdigest()


def commissioned(n=0, **changed):
    horn = Checked(
        step="horn-1",
        mark=Mark.WARNING,
        subject=("loa 1", "horn 1"),
        observed=("nghe nhỏ", "heard softly"),
        wanted=("nghe rõ", "heard clearly"),
        do=("xoay loa", "turn the horn"),
    )
    values = {"technician": "Lý Văn Thợ", "place": PLACE, "place_name": "Thôn Bản Mẫu", "software": "2027.5", "checked": (horn,)}
    more = {"duties": {Duty.CONTENT: "Hoàng Văn Suối"}, "serials": {"machine": "10000000abcd"}, "photos": (DIGEST,)}
    return Commissioned(n=n, at=stamp(), **{**values, **more, **changed})


async def page(registry, unit="bt-mau-01"):
    return await (await registry.look(f"/units/{unit}")).text()


async def test_what_was_looked_at_when_it_was_commissioned_is_on_its_page(registry):
    unit = await registry.enrolled()
    assert "No record of its commissioning" in await page(registry)
    await registry.report(unit.report(0, [("provisioning", commissioned())]))
    text = await page(registry)
    for part in ("Lý Văn Thợ", "nghe nhỏ", "heard clearly", "xoay loa", "10000000abcd", "2027.5"):
        assert part in text


async def test_the_newest_commissioning_counts(registry):
    unit = await registry.enrolled()
    await registry.report(unit.report(0, [("provisioning", commissioned(0)), ("provisioning", commissioned(1, technician="Hà Thị Sửa"))]))
    assert "Hà Thị Sửa" in await page(registry)
    assert "Lý Văn Thợ" not in await page(registry)


async def test_a_picture_from_the_unit_is_shown_once_it_has_come_home(registry):
    unit = await registry.enrolled()
    await registry.report(unit.report(0, [("provisioning", commissioned())]))
    path = f"/units/bt-mau-01/pictures/{DIGEST}.webp"
    assert path not in await page(registry)
    assert (await registry.look(path)).status == 404
    sent = Photo(n=1, at=stamp(), sha256=DIGEST, picture=urlsafe_b64encode(PICTURE))
    await registry.report(unit.report(1, [("provisioning", sent)]))
    assert path in await page(registry)
    answer = await registry.look(path)
    assert (await answer.read(), answer.headers["X-Content-Type-Options"]) == (PICTURE, "nosniff")
    await registry.enrolled("bt-mau-02")
    assert (await registry.look(path.replace("01", "02"))).status == 404


async def test_a_duty_that_nobody_holds_is_a_fault_of_the_unit(registry):
    unit = await registry.enrolled()
    await registry.report(unit.report(0, programs=(status("display"), status("audio"))))
    async with registry.app[STORAGE].writing() as connection:
        assert (await fleet(connection, registry.clock())).units[0].standing.state is State.READY
        await connection.execute(delete(holders).where(holders.c.duty == Duty.REPAIR.value))
        (view,) = (await fleet(connection, registry.clock())).units
    assert view.standing.state is State.DEGRADED
    assert [fault.code for fault in view.known.faults] == [FaultCode.DUTY_UNHELD]
    assert "nobody holds the duty of repair" in view.standing.why[0]
    assert "nobody: repair" in await page(registry)


async def test_whom_the_unit_was_told_takes_the_place_of_whom_the_registry_knew(registry):
    unit = await registry.enrolled()
    async with registry.app[STORAGE].writing() as connection:
        await name_one(connection, "bt-mau-01", Duty.CONTENT, "Lò Thị Mây", "0200 000 111")
        await name_one(connection, "bt-mau-01", Duty.REPAIR, "Trần Văn Đê", "0200 000 112")
    await registry.report(
        unit.report(0, [("provisioning", commissioned(duties={Duty.CONTENT: "Hoàng Văn Suối", Duty.REPAIR: "Trần Văn Đê"}))])
    )
    async with registry.app[STORAGE].reading() as connection:
        held = {row.duty: (row.name, row.phone) for row in await connection.execute(select(holders))}
    assert held["content"] == ("Hoàng Văn Suối", ""), "another person, another telephone"
    assert held["repair"] == ("Trần Văn Đê", "0200 000 112")
    assert held["upgrade"][0] == "Lò Thị Mây", "what the unit says nothing of stays"


async def test_a_holder_can_be_written_down_by_command(registry):
    await registry.enrolled()

    async def named(unit, phone):
        await asyncio.to_thread(holder_command.callback, registry.config.data, unit, ("content",), "Đinh Thị Gió", phone)

    with pytest.raises(Refused, match="telephone"):
        await named("bt-mau-01", "gọi sau")
    with pytest.raises(Refused, match="no unit bt-khac"):
        await named("bt-khac", None)
    await named("bt-mau-01", "0200 000 113")
    text = await page(registry)
    assert "Đinh Thị Gió" in text
    assert "tel:0200000113" in text
