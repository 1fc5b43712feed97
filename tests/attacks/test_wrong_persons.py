"""Attack stories about people: keys that are real, used by those who may not. The publishing side is captured in each of them."""

from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, TargetFile, Targets

from bundle.errors import Refused
from bundle.trust import Target, path_for
from registry.trust import release
from registry.trust.proposal import Proposal, compact
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

HONEST = ("Lịch tiêm chủng", ("lu-1",))
OTHER = "vn.20.06002"


def bundle(publisher: Publisher, *keys: str, channel: str = CHANNEL) -> Proposal:
    return publisher.signed(channel, Target.BUNDLE, compact(small_bundle(publisher.now, channel, "Tin giả")), *keys)


def alerts(publisher: Publisher, *keys: str) -> Proposal:
    return publisher.signed(CHANNEL, Target.ALERTS, compact(flood_alert(publisher.now, identifier="gia-1")), *keys)


async def refused_everywhere(village: Village, proposal: Proposal, sentence: str) -> None:
    """Publishing refuses; and if it is captured, so does the agent; and if that is captured too, so does the worker."""
    publisher = village.publisher
    with pytest.raises(Refused, match=sentence):
        release(publisher.tree, proposal, publisher.online, publisher.now)
    shelved = village.pack(proposal.target, proposal.channel).read_bytes()
    forged = publisher.force(proposal)
    checked = await village.look()
    assert sentence in str(checked.refusals)
    assert checked.fresh == ()
    assert village.pack(proposal.target).read_bytes() == shelved
    village.offer(forged, proposal.target)
    assert village.on_air() == HONEST
    assert sentence in str(village.worker.refusals)
    village.new_worker()
    assert village.on_air() == HONEST


async def test_two_authors_without_an_approver(village: Village, publisher: Publisher) -> None:
    """A threshold of two alone would accept this."""
    proposal = bundle(publisher, f"{CHANNEL}-author", f"{CHANNEL}-author-2")
    await refused_everywhere(village, proposal, "approver")


async def test_an_author_alone(village: Village, publisher: Publisher) -> None:
    await refused_everywhere(village, bundle(publisher, f"{CHANNEL}-author"), "signed by 1/2")


async def test_an_author_signing_twice(village: Village, publisher: Publisher) -> None:
    await refused_everywhere(village, bundle(publisher, f"{CHANNEL}-author", f"{CHANNEL}-author"), "signed by 1/2")


async def test_one_person_holding_both_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A careless province hands one person two keys: the units refuse what only that person signed."""
    monkeypatch.setattr("registry.trust.delegations.different_persons", lambda _: None)
    publisher = Publisher(tmp_path / "publisher", [CHANNEL], second_author=f"  HOÀNG văn suối ({CHANNEL})")
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=(b"picture",)), [b"picture"])
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now))
    village = Village(tmp_path, publisher)
    await village.look()
    assert village.on_air() == HONEST
    proposal = bundle(publisher, f"{CHANNEL}-author-2", f"{CHANNEL}-approver")
    await refused_everywhere(village, proposal, "one person")


async def test_a_commune_key_signing_alerts(village: Village, publisher: Publisher) -> None:
    await refused_everywhere(village, alerts(publisher, f"{CHANNEL}-author", f"{CHANNEL}-approver"), "signed by 0/2")


async def test_a_stop_key_alerting(village: Village, publisher: Publisher) -> None:
    """Whoever may stop may not start."""
    await refused_everywhere(village, alerts(publisher, "stop", "ops"), "signed by 0/2")


async def test_a_commune_key_signing_another_commune(village: Village, publisher: Publisher) -> None:
    await refused_everywhere(village, bundle(publisher, f"{OTHER}-author", f"{OTHER}-approver"), "signed by 0/2")


async def test_a_commune_naming_alerts_in_its_own_role(village: Village, publisher: Publisher) -> None:
    """The content role lists ``alerts.json`` beside its bundle: nobody asks it, because the delegation of alerts ends the search."""
    proposal = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now)))
    forged = compact(flood_alert(publisher.now, identifier="gia-1"))
    metadata = Metadata[Targets].from_bytes(proposal.role.encode())
    where = path_for(CHANNEL, Target.ALERTS)
    metadata.signed.targets[where] = TargetFile.from_data(where, forged, ["sha256"])
    metadata.signatures.clear()
    for name in publisher.signers(CHANNEL, Target.BUNDLE):
        metadata.sign(publisher.keys[name].signer, append=True)
    shelved = village.pack(Target.ALERTS).read_bytes()
    publisher.force(proposal.model_copy(update={"role": metadata.to_bytes().decode()}))
    await village.look()
    assert village.pack(Target.ALERTS).read_bytes() == shelved
    assert village.on_air() == HONEST


async def test_a_commune_naming_its_neighbours_bundle(village: Village, publisher: Publisher) -> None:
    """The neighbour's content role names our bundle, in the neighbour's validly signed cell."""
    proposal = bundle(publisher, f"{OTHER}-author", f"{OTHER}-approver", channel=OTHER)
    metadata = Metadata[Targets].from_bytes(proposal.role.encode())
    where = path_for(CHANNEL, Target.BUNDLE)
    forged = compact(small_bundle(publisher.now, CHANNEL, "Tin giả"))
    metadata.signed.targets[where] = TargetFile.from_data(where, forged, ["sha256"])
    metadata.signatures.clear()
    for name in publisher.signers(OTHER, Target.BUNDLE):
        metadata.sign(publisher.keys[name].signer, append=True)
    shelved = village.pack(Target.BUNDLE).read_bytes()
    raw = publisher.force(proposal.model_copy(update={"role": metadata.to_bytes().decode()}))
    assert (await village.look()).fresh == ()
    assert village.pack(Target.BUNDLE).read_bytes() == shelved
    text = raw.decode().replace(f'"channel":"{OTHER}"', f'"channel":"{CHANNEL}"', 1)
    village.offer(text.encode(), Target.BUNDLE)
    assert village.on_air() == HONEST
    assert "another channel" in str(village.worker.refusals)
    own_copy = village.paths.kept("display") / f"{CHANNEL}.{Target.BUNDLE}.pack"
    assert own_copy.read_bytes() == shelved


async def test_a_stranger_with_a_root_of_their_own(village: Village, tmp_path: Path) -> None:
    stranger = Publisher(tmp_path / "stranger", [CHANNEL], now=village.publisher.now)
    stranger.release_bundle(CHANNEL, small_bundle(stranger.now, title="Tin giả"))
    village.offer(stranger.pack(CHANNEL, Target.BUNDLE), Target.BUNDLE)
    assert village.on_air() == HONEST
    assert "not verified" in str(village.worker.refusals)
