"""Attack stories about keys that were taken away: a stolen author's key, an envelope in the wrong hands, an exception that is over."""

from datetime import timedelta

from tuf.api.metadata import Targets

from bundle.trust import Role, Target
from registry.trust.delegations import Duty, Seat, allow_one_person, leave_seat, take_seat
from registry.trust.keys import make_key
from registry.trust.proposal import Proposal, compact
from registry.trust.seating import Edit, Reseating
from registry.trust.state import Again
from registry.trust.substitute import activate, seal
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

HONEST = ("Lịch tiêm chủng", ("lu-1",))


def reseat(publisher: Publisher, edit: Edit, *keys: str) -> None:
    again = Again(keys=[publisher.keys[name] for name in keys])
    Reseating(publisher.tree, CHANNEL, edit, publisher.keys["targets"], publisher.online, again).carry_out(publisher.now)


async def refused_on_the_unit(village: Village, proposal: Proposal, sentence: str) -> None:
    """A captured registry releases it: the agent keeps the old pack on disk, the worker the old content on air."""
    shelved = village.pack(proposal.target, proposal.channel).read_bytes()
    forged = village.publisher.force(proposal)
    checked = await village.look()
    assert sentence in str(checked.refusals)
    assert village.pack(proposal.target).read_bytes() == shelved
    village.offer(forged, proposal.target)
    assert village.on_air() == HONEST
    assert sentence in str(village.worker.refusals)


async def test_a_stolen_key_is_worth_nothing_once_it_is_revoked(village: Village, publisher: Publisher) -> None:
    """The thief has the author's key, a careless approver's signature, and the registry."""
    thief = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now, title="Tin giả")))

    def revoke(targets: Targets) -> None:
        leave_seat(targets, Role.CONTENT, publisher.keys[f"{CHANNEL}-author"].keyid)

    reseat(publisher, revoke, f"{CHANNEL}-author-2", f"{CHANNEL}-approver")
    assert (await village.look()).refusals == ()
    assert village.on_air() == HONEST
    later = publisher.signed(CHANNEL, Target.BUNDLE, thief.content.encode(), f"{CHANNEL}-author", f"{CHANNEL}-approver")
    await refused_on_the_unit(village, later, "signed by 1/2")


async def test_what_is_on_air_goes_on_while_persons_change(village: Village, publisher: Publisher) -> None:
    publisher.keys["new"] = make_key(publisher.keys_folder, "new", "Lường Văn Mới")

    def replace(targets: Targets) -> None:
        leave_seat(targets, Role.CONTENT, publisher.keys[f"{CHANNEL}-approver"].keyid)
        take_seat(targets, Seat(Role.CONTENT, Duty.APPROVER, publisher.keys["new"].holder))

    reseat(publisher, replace, f"{CHANNEL}-author", "new")
    assert (await village.look()).refusals == ()
    village.new_worker()
    assert village.on_air() == HONEST


async def test_a_sealed_substitute_is_nobody_until_it_is_released(village: Village, publisher: Publisher) -> None:
    publisher.keys["substitute"] = make_key(publisher.keys_folder, "substitute", "Vàng Thị Thay")
    seats = [Seat(Role.ALERTS, Duty.APPROVER, publisher.keys["substitute"].holder)]
    envelope = seal(publisher.tree, CHANNEL, seats, publisher.keys["targets"], publisher.now)

    def alert() -> Proposal:
        content = compact(flood_alert(publisher.now, identifier="lu-2"))
        return publisher.signed(CHANNEL, Target.ALERTS, content, "alerts-author", "substitute")

    await refused_on_the_unit(village, alert(), "signed by 1/2")
    activate(publisher.tree, envelope, publisher.online, publisher.now)
    publisher.force(alert())
    assert (await village.look()).refusals == ()
    assert village.on_air() == ("Lịch tiêm chủng", ("lu-2",))


async def test_an_exception_that_is_over_lets_nobody_sign_alone(village: Village, publisher: Publisher) -> None:
    end = publisher.now + timedelta(days=1)
    reseat(publisher, lambda targets: allow_one_person(targets, Role.CONTENT, "nghỉ Tết", end))
    assert (await village.look()).refusals == ()
    publisher.later(days=2)
    alone = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now, title="Tin một người")), f"{CHANNEL}-author")
    await refused_on_the_unit(village, alone, "approver")
