"""Attack stories about orders: one person's key does much, so nothing but that key, for those hours, in that channel, does it."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.pull import DirectorySource
from bundle.errors import Refused
from bundle.items import LiveGrant
from bundle.orders import LiveOrder, OrderKind, Orders
from bundle.trust import Target, path_for
from director.happened import Happened
from director.orders import given, muted
from director.sound import direct_sound
from registry.trust import release
from registry.trust.proposal import compact
from tests.simulators.content import CHANNEL, PROVENANCE, funeral, small_bundle
from tests.simulators.courier import stick_of
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

OTHER = "vn.20.06002"
SECRET = "ab" * 32


def is_muted(village: Village, **later: float) -> bool:
    moment = village.moment(village.publisher.now + timedelta(**later))
    programme = village.worker.programme(village.site, moment)
    return muted(given(programme, moment, Happened()), moment.wall) is not None


@pytest.mark.parametrize(
    "keys", [("stop",), ("alerts-author", "alerts-approver"), (f"{CHANNEL}-author", f"{CHANNEL}-approver"), ("online",)]
)
async def test_an_order_signed_by_another_role(village: Village, publisher: Publisher, keys: tuple[str, ...]) -> None:
    """Publishing, agent and worker each refuse it; and what is on air stays."""
    proposal = publisher.signed(CHANNEL, Target.OPS, compact(funeral(publisher.now)), *keys)
    with pytest.raises(Refused, match="signed by 0/1"):
        release(publisher.tree, proposal, publisher.online, publisher.now)
    forged = publisher.force(proposal)
    assert "signed by 0/1" in str((await village.look()).refusals)
    village.offer(forged, Target.OPS)
    assert not is_muted(village)
    assert "signed by 0/1" in str(village.worker.refusals)
    assert village.on_air() == ("Lịch tiêm chủng", ("lu-1",))


async def test_an_operator_signing_content(village: Village, publisher: Publisher) -> None:
    """Whoever may turn the volume down may say nothing."""
    proposal = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now, title="Tin giả")), "ops")
    with pytest.raises(Refused, match="signed by 0/2"):
        release(publisher.tree, proposal, publisher.online, publisher.now)
    village.offer(publisher.force(proposal), Target.BUNDLE)
    assert village.on_air() == ("Lịch tiêm chủng", ("lu-1",))


async def test_an_expired_order_on_a_stick(village: Village, publisher: Publisher, tmp_path: Path) -> None:
    """Its signatures are good and it is the newest there is; but the funeral was yesterday."""
    publisher.release_orders(CHANNEL, funeral(publisher.now))
    stick_of(publisher, tmp_path / "stick", CHANNEL)
    checked = await village.look(DirectorySource(tmp_path / "stick/bangtin/content"), days=1)
    assert checked.refusals == ()
    assert Target.OPS in checked.fresh
    assert is_muted(village, hours=1)
    assert not is_muted(village, hours=2)
    assert not is_muted(village, days=1)


async def test_an_older_list_of_orders_is_no_way_to_bring_an_order_back(village: Village, publisher: Publisher) -> None:
    publisher.release_orders(CHANNEL, funeral(publisher.now))
    await village.look()
    assert is_muted(village)
    replayed = village.pack(Target.OPS).read_bytes()
    publisher.release_orders(CHANNEL, Orders(format=1, channel=CHANNEL))
    await village.look()
    assert not is_muted(village), "revoked"
    village.offer(replayed, Target.OPS)
    assert not is_muted(village)
    assert "older than what was accepted" in str(village.worker.refusals)
    village.new_worker()
    assert not is_muted(village), "also after a restart"


async def test_an_order_of_another_commune(village: Village, publisher: Publisher) -> None:
    """The same person serves both communes with one key; the signature proves no address."""
    publisher.release_orders(OTHER, funeral(publisher.now, OTHER))
    foreign = publisher.pack(OTHER, Target.OPS)
    village.offer(foreign, Target.OPS)
    assert not is_muted(village)
    assert path_for(OTHER, Target.OPS) in str(village.worker.refusals)
    inside = publisher.signed(CHANNEL, Target.OPS, compact(funeral(publisher.now)))
    village.offer(publisher.force(publisher.resigned(inside, compact(funeral(publisher.now, OTHER)).decode())), Target.OPS)
    assert not is_muted(village)
    assert "of another channel" in str(village.worker.refusals)


async def live(village: Village, person: str, minutes: float = 5.0, lasting: float = 5.0, speaker: str | None = None) -> Happened:
    """A released grant of *person*, and a start signed with the key of ops, as the unit then holds them."""
    publisher, now = village.publisher, village.publisher.now
    grant = LiveGrant(id="noi", provenance=PROVENANCE, title="Xã nói chuyện", person=person, url="https://so.example/live", minutes=minutes)
    order = LiveOrder(
        kind=OrderKind.LIVE,
        id="live-1",
        person=speaker or person,
        since=now,
        expires=now + timedelta(minutes=lasting),
        reason="họp dân",
        grant="noi",
        secret=SECRET,
    )
    publisher.release_bundle(CHANNEL, small_bundle(now).model_copy(update={"live_grants": (grant,)}))
    publisher.release_orders(CHANNEL, Orders(format=1, channel=CHANNEL, orders=(order,)))
    assert (await village.look()).refusals == ()
    return Happened()


async def test_a_live_start_under_the_grant_of_another_person(village: Village, publisher: Publisher) -> None:
    """An operator with a good key takes the grant of somebody else, under their name and under the operator's own."""
    for speaker in ("Chủ Tịch Xã", publisher.keys["ops"].person):
        happened = await live(village, "Chủ Tịch Xã", speaker=speaker)
        decision = direct_sound(village.worker.programme(village.site, village.moment()), village.moment(), happened)
        assert decision.listen == ()
        (skip,) = [skip for skip in decision.skipped if "live-1" in skip.key]
        assert skip.rule
        assert "another person's" in skip.reason


async def test_a_live_start_for_longer_than_its_grant(village: Village, publisher: Publisher) -> None:
    happened = await live(village, publisher.keys["ops"].person, minutes=5.0, lasting=24 * 60.0)
    programme, now = village.worker.programme(village.site, village.moment()), publisher.now
    (listen,) = direct_sound(programme, village.moment(), happened).listen
    assert listen.source.ends == now + timedelta(minutes=5)
    assert direct_sound(programme, village.moment(now + timedelta(minutes=5)), happened).listen == ()


async def test_a_live_start_without_any_grant_of_two_persons(village: Village, publisher: Publisher) -> None:
    """Whoever steals the one key of an operator has no address to speak from."""
    await live(village, publisher.keys["ops"].person)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await village.look()
    assert direct_sound(village.worker.programme(village.site, village.moment()), village.moment(), Happened()).listen == ()
