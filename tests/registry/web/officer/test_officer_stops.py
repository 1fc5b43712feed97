"""Stopping takes one person with a seat for it: whatever happens in between, what is on the air ends, and only that."""

import json

from bundle.alert import AlertSet
from bundle.policy import StopList
from bundle.trust import Target
from registry.trust.urgent import with_kill
from registry.web.alerts.reach import REACHED
from tests.registry.web.officer.station import BESIDE, CHANNEL, RUONG
from tests.simulators.content import flood_alert


async def on_the_air(station, identifier="lu-1"):
    station.publisher.release_alerts(CHANNEL, flood_alert(station.clock(), identifier=identifier), at=station.clock())
    return (await station.on_air())[0]


async def test_one_person_stops_an_alert(station):
    stopper, alert = await station.stopper(), await on_the_air(station)
    status, asked = await stopper.ask_to_stop(alert)
    assert (status, len(await station.on_air())) == (200, 1), "asking ends nothing"
    assert (await stopper.stop(asked))[0] == 200
    assert await station.on_air() == []
    assert (await station.events())[-1] == "alert-stopped"


async def test_a_phone_without_that_seat_stops_nothing(station):
    author, alert = await station.author(), await on_the_air(station)
    status, asked = await author.ask_to_stop(alert)
    assert status == 200
    status, text = await author.stop(asked)
    assert (status, "no seat here" in text, len(await station.on_air())) == (409, True, 1)


async def test_each_commune_stops_what_left_in_both(station):
    stopper = await station.stopper()
    alert = flood_alert(station.clock()).alerts[0].model_copy(update={"areas": (BESIDE, CHANNEL)})
    for channel in (BESIDE, CHANNEL):
        station.publisher.release_feed(channel, AlertSet(format=1, channel=channel, alerts=(alert,)), at=station.clock())
    assert "data-stop" in (await stopper.get("/officer"))[1]
    status, asked = await stopper.ask_to_stop(alert)
    assert status == 200, asked
    status, text = await stopper.stop(asked)
    assert status == 200, text
    assert "Đã dừng" in (await stopper.get(json.loads(text)["location"]))[1]
    still = [each.channel for each in await station.registry.app[REACHED].all() if each.ended is None]
    assert still == [BESIDE], "there nobody has stopped it"


async def test_what_was_stopped_meanwhile_stays_stopped(station):
    stopper, alert = await station.stopper(), await on_the_air(station)
    _, asked = await stopper.ask_to_stop(alert)
    station.publisher.release_stop(CHANNEL, with_kill(None, CHANNEL, "cháy trạm", station.clock()), at=station.clock())
    assert (await stopper.stop(asked))[0] == 409, "what was signed does not know of the kill"
    _, again = await stopper.ask_to_stop(alert)
    assert (await stopper.stop(again))[0] == 200
    stops = station.released(Target.STOP)
    assert isinstance(stops, StopList)
    assert (len(stops.kills), len(stops.cancelled), await station.on_air()) == (1, 1, [])


async def test_a_stop_whose_bytes_and_words_differ_is_refused(station):
    stopper, alert = await station.stopper(), await on_the_air(station)
    _, asked = await stopper.ask_to_stop(alert)
    other = json.dumps({"format": 1, "channel": CHANNEL}, separators=(",", ":"))
    assert (await stopper.stop(asked, content=other))[0] == 409
    assert (await stopper.stop(asked, signed="[]"))[0] == 409
    assert (await stopper.stop(asked, signed='{"_type":"targets"}'))[0] == 409
    assert (await stopper.stop(asked, signature="00" * 64))[0] == 409
    assert len(await station.on_air()) == 1


async def test_what_is_not_on_the_air_cannot_be_stopped(station):
    stopper, alert = await station.stopper(), await on_the_air(station)
    gone = alert.model_copy(update={"identifier": "khong-co"})
    assert (await stopper.ask_to_stop(gone))[0] == 409


async def test_the_desk_offers_to_stop_only_whom_may(station):
    stopper, author = await station.stopper(RUONG), await station.author()
    await on_the_air(station)
    assert "data-stop" in (await stopper.get("/officer"))[1]
    page = (await author.get("/officer"))[1]
    assert "data-stop" not in page
    assert "no seat to stop" in page


async def test_a_stop_is_written_down_under_no_alert_but_one_that_it_ends(station):
    stopper, alert = await station.stopper(), await on_the_air(station)
    _, asked = await stopper.ask_to_stop(alert)
    status, text = await stopper.stop(asked, alert={**asked["alert"], "identifier": "khac"})
    assert (status, "not what was asked for" in text) == (409, True)
    assert (len(await station.on_air()), "alert-stopped" in await station.events()) == (1, False)
    assert (await stopper.stop(asked))[0] == 200
