"""``POST /v1/alerts`` as a source meets it, and as a thief of its token does: real HTTP, a real database, a real release tree."""

import asyncio
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from bangtin.main import main
from bundle.trust import Target
from registry.alerts.listing import add_source, renew_token
from registry.alerts.pending.states import State
from registry.trust.keys import KeyName
from registry.web.alerts.gating import GATE
from registry.web.app import make_app
from registry.web.config import STORAGE, Config
from registry.web.work import WORK
from tests.registry.alerts.cap import messages
from tests.registry.alerts.conftest import COMMUNE, MORNING, OFFICER, PROVINCE, Dial, Office, every_row
from tests.registry.alerts.test_listing import NEW
from tests.simulators.publisher import Publisher

AREA = "<area><areaDesc>Xã Mẫu</areaDesc><geocode><valueName>xa</valueName><value>06001</value></geocode></area>"


def cap(identifier="lu-7", later=0, area=AREA, severity="Severe", event="Lũ", **more):
    sent = (MORNING + timedelta(seconds=later)).astimezone(UTC).isoformat().replace("+00:00", "-00:00")
    return messages.alert(messages.info(area=area, severity=severity, event=event), identifier=identifier, sent=sent, **more)


class Doorstep:
    """A registry with one listed source, its token, and what units would see."""

    def __init__(self, office, client, app, data):
        self.office, self.client, self.app, self.data, self.token = office, client, app, data, ""

    async def post(self, body, token=None):
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        answer = await self.client.post("/v1/alerts", data=body, headers=headers)
        text = await answer.text()
        return answer, json.loads(text) if text.startswith("{") else {}

    async def later(self, **by):
        self.office.clock.turn(**by)
        await self.app[GATE].tick()

    async def every(self):
        async with self.app[STORAGE].reading() as connection:
            return await every_row(connection)


@pytest.fixture
async def doorstep(tmp_path, aiohttp_client):
    office = Office(Publisher(tmp_path, (PROVINCE, COMMUNE)), None, Dial())
    office.allow_feed()
    data, publisher = tmp_path / "data", office.publisher
    data.mkdir()
    feed = dict.fromkeys((PROVINCE, COMMUNE), publisher.keys[KeyName.FEED])
    clocks = {"now": office.clock, "monotonic": office.clock.monotonic, "gate_every": 3600.0}
    app = make_app(Config(data, publisher.site, "https://so.example", online=publisher.online, feed=feed, **clocks))
    step = Doorstep(office, await aiohttp_client(app), app, data)
    step.token = await asyncio.to_thread(add_source, data, NEW)
    return step


async def test_without_a_listed_source_there_is_no_door(doorstep):
    (doorstep.data / "sources.toml").unlink()
    answer, _ = await doorstep.post(cap())
    assert answer.status == 404


async def test_a_message_waits_and_leaves_when_its_hold_off_is_over(doorstep):
    answer, said = await doorstep.post(cap())
    assert answer.status == 202, said
    (channel,) = said["channels"]
    assert (channel["channel"], channel["state"]) == (COMMUNE, "pending")
    assert datetime.fromisoformat(channel["release_at"]) == MORNING + timedelta(seconds=60)
    await doorstep.later(seconds=60)
    assert [each.identifier for each in doorstep.office.released(Target.FEED)] == ["lu-7"]


async def test_a_repeat_is_answered_the_same_also_when_it_has_grown_too_old_to_be_taken(doorstep):
    _, first = await doorstep.post(cap())
    assert (await doorstep.post(cap()))[1]["channels"] == first["channels"]
    await doorstep.later(hours=30)
    answer, again = await doorstep.post(cap())
    assert answer.status == 202
    assert again["channels"][0]["id"] == first["channels"][0]["id"]
    assert len(await doorstep.every()) == 1


async def test_a_wrong_token_opens_nothing_and_the_old_one_neither(doorstep):
    stolen = doorstep.token
    assert (await doorstep.post(cap(), token="x" * 43))[0].status == 401
    assert (await doorstep.post(cap(), token=""))[0].status == 401
    doorstep.token = await asyncio.to_thread(renew_token, doorstep.data, NEW.id)
    assert (await doorstep.post(cap(), token=stolen))[0].status == 401
    assert (await doorstep.post(cap()))[0].status == 202
    assert len(await doorstep.every()) == 1


async def test_every_complaint_is_told_at_once(doorstep):
    answer, said = await doorstep.post(cap(severity="Awful", sender="nobody@nowhere.example"))
    assert answer.status == 422
    places = {each["where"].split(":")[0] for each in said["refused"]}
    assert len(said["refused"]) >= 2, said
    assert all(set(each) == {"where", "what", "do"} for each in said["refused"]), places


async def test_what_is_too_long_is_not_read(doorstep):
    assert (await doorstep.post(io.BytesIO(b"<" * 1024 * 1025)))[0].status == 413


async def test_a_place_outside_its_areas_is_refused(doorstep):
    answer, said = await doorstep.post(cap(area=AREA.replace("06001", "09999").replace(">xa<", ">tinh<")))
    assert answer.status == 422, said
    assert doorstep.office.released(Target.FEED) == ()


async def test_a_thief_who_posts_a_thousand_alerts_is_slowed_down_and_one_officer_ends_it(doorstep):
    answers = [(await doorstep.post(cap(f"gia-{number}", event=f"Việc giả {number}")))[0] for number in range(1000)]
    statuses = [answer.status for answer in answers]
    assert statuses.count(202) <= 8
    assert statuses.count(429) >= 990
    assert {answer.headers["Retry-After"] for answer in answers if answer.status == 429} == {"10", "60"}
    rows = await doorstep.every()
    for row in rows:
        if row.state is State.PENDING:
            await doorstep.app[GATE].cancel(row.id, OFFICER, "mã bị lộ")
    await doorstep.later(hours=1)
    assert doorstep.office.released(Target.FEED) == ()


async def test_a_gate_that_falls_ends_the_registry(doorstep, monkeypatch):
    async def fall(self):
        raise ZeroDivisionError

    monkeypatch.setattr(type(doorstep.app[GATE]), "_waited_in", fall)
    await doorstep.post(cap())
    with pytest.raises(ExceptionGroup) as fallen:
        await doorstep.app[WORK].fell()
    assert fallen.value.subgroup(ZeroDivisionError)


def test_the_command_prints_the_token_once_and_keeps_only_its_hash(tmp_path):
    words = "registry source add thuy-loi --called X --sender a@b.example --area vn.20 --geocode xa=vn.20. --data"
    done = CliRunner().invoke(main, [*words.split(), str(tmp_path / "data")], catch_exceptions=False)
    token = done.stdout.splitlines()[0]
    text = (tmp_path / "data" / "sources.toml").read_text()
    assert token not in text
    assert (tmp_path / "data" / "sources.toml").stat().st_mode & 0o077 == 0


async def test_the_very_same_bytes_are_taken_again_after_a_wrong_clock_let_them_expire(doorstep):
    await doorstep.post(cap())
    await doorstep.later(hours=9)
    assert [each.state for each in await doorstep.every()] == [State.EXPIRED]
    doorstep.office.clock.at -= timedelta(hours=9)
    answer, told = await doorstep.post(cap())
    assert (answer.status, told["channels"][0]["state"]) == (202, "pending")
