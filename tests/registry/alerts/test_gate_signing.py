"""An officer's alert leaves when two persons have signed exactly it, and nothing is lost when the channel moves on meanwhile."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import SSlibKey

from bundle.alert import AlertSet
from bundle.errors import Refused
from bundle.trust import Role, Target
from bundle.trust.documents import parse_document
from registry.alerts.pending.states import State
from registry.trust.delegations import Duty, Seat, leave_seat, take_seat
from registry.trust.keys import Holder, KeyName
from registry.trust.seating import Reseating
from tests.registry.alerts.conftest import COMMUNE, MORNING, OFFICER, alert, listed

AUTHOR, APPROVER = KeyName.ALERTS_AUTHOR, KeyName.ALERTS_APPROVER


async def test_an_alert_leaves_with_the_second_signature_and_not_before(office):
    gate = office.gate()
    pending = await gate.raise_by_form(COMMUNE, alert(), OFFICER)
    assert pending.state is State.PENDING
    assert pending.proposal is not None
    signed = await gate.add_signature(pending.id, *office.signature(pending, AUTHOR))
    assert signed.state is State.SIGNED_BY_AUTHOR
    assert office.released(Target.ALERTS) == ()
    left = await gate.add_signature(pending.id, *office.signature(signed, APPROVER))
    assert left.state is State.APPROVED
    assert left.version == 1
    assert [each.identifier for each in office.released(Target.ALERTS)] == ["lu-01"]
    assert office.looks == 1


async def test_the_approver_does_not_sign_first_and_the_author_not_twice(office):
    gate = office.gate()
    pending = await gate.raise_by_form(COMMUNE, alert(), OFFICER)
    with pytest.raises(Refused, match="author signs first"):
        await gate.add_signature(pending.id, *office.signature(pending, APPROVER))
    signed = await gate.add_signature(pending.id, *office.signature(pending, AUTHOR))
    with pytest.raises(Refused, match="has signed"):
        await gate.add_signature(pending.id, *office.signature(signed, AUTHOR))
    with pytest.raises(Refused, match="no seat"):
        await gate.add_signature(pending.id, *office.signature(signed, KeyName.STOP))


async def test_a_signature_under_other_bytes_is_refused(office):
    gate = office.gate()
    pending = await gate.raise_by_form(COMMUNE, alert(), OFFICER)
    other = await gate.raise_by_form(COMMUNE, alert("lu-02"), OFFICER)
    with pytest.raises(Refused, match="does not fit"):
        await gate.add_signature(pending.id, *office.signature(other, AUTHOR))
    assert (await office.row(pending.id)).state is State.PENDING


async def test_what_waits_beside_what_left_is_proposed_anew_at_once_and_says_so(office):
    gate = office.gate()
    first, second, third = [await gate.raise_by_form(COMMUNE, alert(name, event=name), OFFICER) for name in ("a", "b", "c")]
    await gate.add_signature(second.id, *office.signature(second, AUTHOR))
    for key in (AUTHOR, APPROVER):
        await gate.add_signature(first.id, *office.signature(await office.row(first.id), key))
    await gate.tick()
    second, third = await office.row(second.id), await office.row(third.id)
    assert second.state is State.PENDING
    assert "signatures fit no longer" in second.why
    assert third.why is None
    for pending in (second, third):
        for key in (AUTHOR, APPROVER):
            await gate.tick()
            await gate.add_signature(pending.id, *office.signature(await office.row(pending.id), key))
    assert [each.identifier for each in office.released(Target.ALERTS)] == ["a", "b", "c"]


@pytest.mark.parametrize("tapped", [False, True])
async def test_the_signature_of_an_author_who_lost_the_seat_is_void_and_another_may_sign(office, tapped):
    door, keys = office.door(), office.publisher.keys
    (pending,) = await door.take(listed(), alert())
    row = await office.row(pending.id)
    await door.keeper.add_signature(row.id, *office.signature(row, AUTHOR))
    row = await office.row(row.id)

    def reseat(targets):
        leave_seat(targets, Role.ALERTS, keys[AUTHOR].person)
        take_seat(targets, Seat(Role.ALERTS, Duty.AUTHOR, Holder("moi", "Người Soạn Mới", keys[KeyName.STOP].public)))

    Reseating(office.tree, COMMUNE, reseat, keys[KeyName.TARGETS], office.publisher.online).carry_out(office.clock.at)
    if tapped:
        with pytest.raises(Refused, match="lost the seat"):
            await door.keeper.add_signature(row.id, *office.signature(row, APPROVER))
    else:
        await door.keeper.tick()
    row = await office.row(row.id)
    assert row.state is State.PENDING
    assert "lost the seat" in row.why
    for key in (KeyName.STOP, APPROVER):
        await door.keeper.add_signature(row.id, *office.signature(await office.row(row.id), key))
    assert [each.identifier for each in office.released(Target.ALERTS)] == ["lu-01"]


async def test_when_the_channel_moved_on_the_author_signs_again_and_both_alerts_stand(office):
    gate = office.gate()
    pending = await gate.raise_by_form(COMMUNE, alert(), OFFICER)
    await gate.add_signature(pending.id, *office.signature(pending, AUTHOR))
    office.publisher.release_alerts(COMMUNE, AlertSet(format=1, channel=COMMUNE, alerts=(alert("bao-01"),)), at=office.clock.at)
    pending = await office.row(pending.id)
    with pytest.raises(Refused, match="released something else"):
        await gate.add_signature(pending.id, *office.signature(pending, APPROVER))
    pending = await office.row(pending.id)
    assert pending.state is State.PENDING
    for key in (AUTHOR, APPROVER):
        pending = await gate.add_signature(pending.id, *office.signature(pending, key))
    assert {each.identifier for each in office.released(Target.ALERTS)} == {"bao-01", "lu-01"}


async def test_what_a_source_sent_says_of_several_approvers_that_one_of_them_signs(office):
    keys = office.publisher.keys
    second = Seat(
        Role.ALERTS, Duty.APPROVER, Holder("vi", "Vi Thị Thứ Hai", SSlibKey.from_crypto(Ed25519PrivateKey.generate().public_key()))
    )
    edit = Reseating(office.tree, COMMUNE, lambda targets: take_seat(targets, second), keys[KeyName.TARGETS], office.publisher.online)
    edit.carry_out(MORNING)
    (waits,) = await office.door().take(listed(), alert())
    said = parse_document(waits.proposal.content.encode(), COMMUNE, Target.ALERTS).alerts[0].provenance.approver
    assert said.startswith("một trong / one of: ")
    assert {"Vi Thị Thứ Hai", keys[KeyName.ALERTS_APPROVER].person} <= set(said.removeprefix("một trong / one of: ").split("; "))
