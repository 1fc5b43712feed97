"""Which alerts a release tree holds: since when, by which lists, and how and when each has ended."""

from datetime import timedelta

import pytest

from bundle.alert import MOST_ALERTS, AlertSet, MessageType, Reference
from bundle.policy import StopList
from bundle.trust import Target
from director.alerts import Standing
from director.messages import MOST_EARLIER_FEED
from registry.alerts.confirmation.raised import Ended, key_of
from registry.alerts.confirmation.released import Releases
from tests.registry.alerts.confirmation.conftest import raised_in
from tests.simulators.content import CHANNEL, flood_alert
from tests.simulators.publisher import Publisher

BESIDE = "vn.20.06002"
ALERTS, FEED, STOP = (f"{CHANNEL}/{name}.json" for name in ("alerts", "feed", "stop"))


@pytest.fixture
def office(tmp_path):
    return Office(Publisher(tmp_path, ["vn.20", CHANNEL]))


class Office:
    """Releases alerts one after the other, each list with all before it, and reads them back as the registry does."""

    def __init__(self, publisher):
        self.publisher, self.releases, self.sent = publisher, Releases(publisher.tree), []

    def send(self, identifier, *ends, kind=MessageType.ALERT, feed=False, **more):
        now = self.publisher.later(seconds=60)
        references = tuple(Reference(sender=each.sender, identifier=each.identifier, sent=each.sent) for each in ends)
        (alert,) = flood_alert(now, identifier=identifier).alerts
        alert = alert.model_copy(update={"message_type": kind, "references": references, **more})
        self.sent.append(alert)
        self.out(feed, *self.sent)
        return alert

    def out(self, feed, *alerts, channel=CHANNEL):
        listed = AlertSet(format=1, channel=channel, alerts=alerts)
        (self.publisher.release_feed if feed else self.publisher.release_alerts)(channel, listed)

    def stop(self, alert):
        self.publisher.later(seconds=30)
        stopped = Reference(sender=alert.sender, identifier=alert.identifier, sent=alert.sent)
        self.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, cancelled=(stopped,)))

    def raised(self, **later):
        return {each.alert.identifier: each for each in raised_in(self.releases, self.publisher.now + timedelta(**later))}


def test_it_names_the_first_version_that_names_an_alert_and_goes_on_from_there(office):
    first = office.send("lu-1")
    assert office.raised()["lu-1"].lists == {ALERTS: 1}
    office.send("lu-2")
    found = office.raised()
    assert [(each.lists, each.ended) for each in found.values()] == [({ALERTS: 2}, None), ({ALERTS: 1}, None)], "the newest first"
    assert found["lu-1"].issued == first.sent
    assert found["lu-1"].key == key_of(CHANNEL, first.identity())
    assert raised_in(Releases(office.publisher.tree), office.publisher.now) == tuple(found.values()), "read anew it is the same"


def test_one_alert_by_two_lists_and_two_channels_is_one(office):
    alert = office.send("lu-1")
    office.out(True, alert)
    office.out(False, alert, channel="vn.20")
    (found,) = office.raised().values()
    assert (found.channel, found.lists) == ("vn.20", {ALERTS: 1, FEED: 1, "vn.20/alerts.json": 1})
    assert found.means("bt-1", f"{CHANNEL}.03", ("vn.20",))
    assert not found.means("bt-1", f"{CHANNEL}.03", ("vn.20.07777",))
    assert all(found.answers(key_of(channel, alert.identity())) for channel in ("vn.20", CHANNEL)), "a page is found from where it left"


def test_in_two_communes_beside_each_other_one_alert_is_two_and_each_ends_by_itself(tmp_path):
    office = Office(Publisher(tmp_path, [CHANNEL, BESIDE]))
    alert = office.send("lu-1", areas=(CHANNEL, BESIDE), feed=True)
    office.out(True, alert, channel=BESIDE)
    here, there = raised_in(office.releases, office.publisher.now)
    assert {each.channel: (dict(each.lists), each.ended) for each in (here, there)} == {
        CHANNEL: ({FEED: 1}, None),
        BESIDE: ({f"{BESIDE}/feed.json": 1}, None),
    }
    assert here.key != there.key
    assert not here.means("bt-1", f"{BESIDE}.01", (BESIDE,))
    office.stop(alert)
    assert {each.channel: each.ended and each.ended.how for each in raised_in(office.releases, office.publisher.now)} == {
        CHANNEL: Standing.CANCELLED,
        BESIDE: None,
    }


def test_however_much_a_feed_has_said_each_of_it_is_told_of(office):
    first = office.send("lu-1", feed=True)
    now = office.publisher.later(hours=7)
    late = [flood_alert(now, identifier=f"mua-{n}").alerts[0] for n in range(MOST_EARLIER_FEED + 1)]
    office.out(True, *late[:MOST_ALERTS])
    office.out(True, *late[MOST_ALERTS:])
    found = office.raised()
    assert (len(found), found["lu-1"].ended) == (len(late) + 1, Ended(Standing.EXPIRED, first.expires))


def test_what_is_damaged_in_one_channel_takes_away_no_other(tmp_path):
    office = Office(Publisher(tmp_path, [CHANNEL, BESIDE]))
    office.send("lu-1")
    assert set(office.raised()) == {"lu-1"}
    tree, held = office.publisher.tree, flood_alert(office.publisher.later(seconds=60), channel=BESIDE, identifier="mua-1")
    office.publisher.release_alerts(BESIDE, held)
    office.send("lu-2")
    office.stop(office.sent[0])
    whole = torn(tree.history(CHANNEL, Target.ALERTS, 2))
    found = office.raised(seconds=1)
    assert set(found) == {"lu-1", "mua-1"}, "what was read before stays"
    assert found["lu-1"].ended.how is Standing.CANCELLED, "a list beside it is read"
    tree.history(CHANNEL, Target.ALERTS, 2).write_bytes(whole)
    assert set(office.raised(seconds=2)) == {"lu-1", "lu-2", "mua-1"}, "it is tried again"
    torn(tree.metadata(CHANNEL, "timestamp"))
    assert set(office.raised(seconds=3)) == {"lu-1", "lu-2", "mua-1"}
    assert [each.alert.identifier for each in raised_in(Releases(tree), office.publisher.now)] == ["mua-1"], "also just after a start"


def torn(path):
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return whole


@pytest.mark.parametrize("feed", [False, True])
@pytest.mark.parametrize(("kind", "how"), [(MessageType.CANCEL, Standing.CANCELLED), (MessageType.UPDATE, Standing.SUPERSEDED)])
def test_a_cancel_or_an_update_ends_it_and_tells_which_list_says_so(office, kind, how, feed):
    first = office.send("lu-1", feed=feed)
    ending = office.send("lu-2", first, kind=kind, feed=feed)
    ended = office.raised()["lu-1"].ended
    assert (ended.how, ended.at, ended.lists) == (how, ending.sent, {FEED if feed else ALERTS: 2})
    assert ("lu-2" in office.raised()) is (kind is MessageType.UPDATE), "a Cancel is no alert of its own"


def test_one_person_ends_it_by_the_stop_list(office):
    alert = office.send("lu-1")
    office.stop(alert)
    ended = office.raised()["lu-1"].ended
    assert (ended.how, ended.at, ended.lists) == (Standing.CANCELLED, office.publisher.now, {STOP: 1})


def test_it_expires_when_it_says(office):
    alert = office.send("lu-1")
    assert office.raised(hours=5)["lu-1"].ended is None
    ended = office.raised(hours=7)["lu-1"].ended
    assert (ended.how, ended.at) == (Standing.EXPIRED, alert.expires)


def test_a_list_that_no_longer_names_it_ends_nothing(office):
    office.send("lu-1")
    office.sent.clear()
    office.send("lu-2")
    assert office.raised()["lu-1"].ended is None, "absence never cancels"


def test_places_and_units_are_addressed_as_on_the_unit_itself(office):
    office.send("lu-1", areas=(f"{CHANNEL}.01",), units=("bt-9",))
    (found,) = office.raised().values()
    channels = (CHANNEL,)
    assert found.means("bt-1", f"{CHANNEL}.01", channels)
    assert found.means("bt-9", f"{CHANNEL}.07", channels)
    assert not found.means("bt-1", f"{CHANNEL}.010", channels), "a code is a prefix by segments"
