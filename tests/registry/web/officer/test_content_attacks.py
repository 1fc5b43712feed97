"""With the registry and its online key in a thief's hands, units still take no content but what two seated persons signed."""

import html
import secrets
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import Signature
from tuf.api.metadata import Metadata, Targets

from bundle.errors import Refused
from bundle.trust import Target, pack, unpack, verify_pack
from registry.desk import keeping
from registry.desk.states import State
from registry.trust.proposal import compact, propose
from registry.trust.site import make_pack
from registry.web.config import STORAGE
from registry.web.officer.content.seeing import DESK
from tests.registry.web.officer.content_phones import Writers, refused, signed, submitted, words_of
from tests.registry.web.officer.station import CHANNEL


@pytest.fixture
async def writers(station):
    made = Writers(station)
    made.morning()
    return made


@pytest.fixture
async def stolen(writers):
    """A submission with its author's signature alone, as it lies on the registry's disk."""
    author = await writers.author()
    await writers.approver()
    number = await submitted(author)
    async with writers.station.registry.app[STORAGE].reading() as connection:
        return (await keeping.one(connection, number)).proposal


def believed(writers, proposal):
    """What a unit believes of *proposal*, which whoever has the registry announces with the online key."""
    return verify_pack(writers.station.publisher.force(proposal), writers.station.site.root(), CHANNEL, Target.BUNDLE)


async def test_the_authors_signature_alone_is_not_enough(writers, stolen):
    with pytest.raises(Refused):
        believed(writers, stolen)


async def test_the_approver_cannot_be_forged(writers, stolen):
    metadata = Metadata[Targets].from_bytes(stolen.role.encode())
    seated = writers.station.site.cell(CHANNEL).targets.signed.delegations.roles["content"].keyids
    for keyid in set(seated) - set(metadata.signatures):
        forged = Metadata[Targets].from_bytes(stolen.role.encode())
        forged.signatures[keyid] = Signature(keyid, Ed25519PrivateKey.generate().sign(forged.signed_bytes).hex())
        with pytest.raises(Refused):
            believed(writers, stolen.model_copy(update={"role": forged.to_bytes().decode()}))


async def test_a_signature_of_the_registrys_own_key_approves_nothing(writers, stolen):
    metadata = Metadata[Targets].from_bytes(stolen.role.encode())
    metadata.sign(writers.station.publisher.online.signer, append=True)
    with pytest.raises(Refused):
        believed(writers, stolen.model_copy(update={"role": metadata.to_bytes().decode()}))


async def test_content_that_was_swapped_after_it_was_signed_is_not_believed(writers):
    author, approver = await writers.author(), await writers.approver()
    number = await submitted(author)
    assert (await signed(approver, number))[0] == 200
    site = writers.station.site
    carried = unpack(make_pack(site, CHANNEL, Target.BUNDLE))
    other = carried.model_copy(update={"content": carried.content.replace("sáng thứ Hai", "tối thứ Hai")})
    assert other.content != carried.content
    assert verify_pack(pack(carried), site.root(), CHANNEL, Target.BUNDLE).content == carried.content.encode()
    with pytest.raises(Refused):
        verify_pack(pack(other), site.root(), CHANNEL, Target.BUNDLE)


async def test_an_approvers_signature_under_one_change_lets_no_other_out(writers):
    author, approver = await writers.author(), await writers.approver()
    one, other = await submitted(author), await submitted(author, once=secrets.token_hex(8))
    told = await words_of(approver, one)
    status, text = await signed(approver, other, told=told)
    assert (status, "does not fit" in refused(text), writers.bundle.version) == (409, True, 1)


async def test_a_registry_that_swaps_the_words_between_two_signatures_gets_nothing_released(writers):
    author, approver = await writers.author(), await writers.approver()
    station, number = writers.station, await submitted(author)
    told = await words_of(approver, number)
    forged = propose(station.site, CHANNEL, Target.BUNDLE, compact(writers.bundle.model_copy(update={"version": 2})), station.clock())
    async with station.registry.app[STORAGE].writing() as connection:
        kept = await keeping.one(connection, number)
        metadata = Metadata[Targets].from_bytes(forged.role.encode())
        metadata.signatures.update(kept.proposal.metadata().signatures)
        swapped = forged.model_copy(update={"role": metadata.to_bytes().decode()})
        await keeping.renew(connection, replace(kept, proposal=swapped))
    assert (await signed(approver, number, told=told))[0] == 409, "the approver's signature is under what they saw"
    with pytest.raises(Refused):
        believed(writers, swapped)


async def test_what_two_persons_signed_leaves_once_the_registry_can_release_it(writers):
    author, approver = await writers.author(), await writers.approver()
    number, desk = await submitted(author), writers.station.registry.app[DESK]
    online, desk.online = desk.online, None
    status, text = await signed(approver, number)
    assert (status, "holds no key" in refused(text), (await desk.see(number)).state) == (409, True, State.APPROVED)
    desk.online = online
    assert ((await desk.see(number)).state, writers.bundle.version) == (State.RELEASED, 2)
    assert ((await desk.see(number)).state, writers.bundle.version) == (State.RELEASED, 2), "once"
    assert (await author.send(f"/officer/content/{number}/cancel"))[0] == 409, "what has left is stopped, not cancelled"


async def test_what_cannot_leave_says_why_and_can_be_ended(writers):
    author, approver = await writers.author(), await writers.approver()
    number, desk = await submitted(author), writers.station.registry.app[DESK]
    desk.online = writers.station.publisher.keys["feed"]
    status, _ = await signed(approver, number)
    kept = await desk.see(number)
    assert (status, kept.state, writers.bundle.version) == (409, State.APPROVED, 1)
    assert kept.why
    assert kept.why in html.unescape((await author.get(f"/officer/content/{number}"))[1])
    assert (await author.send(f"/officer/content/{number}/cancel"))[0] == 200
    assert ((await desk.see(number)).state, writers.bundle.version) == (State.CANCELLED, 1)
