"""The chain between root and content: roots that were handed over, and delegations that a province signed wrongly."""

from collections.abc import Callable
from pathlib import Path

import pytest
from securesystemslib.signer import Signature
from tuf.api.metadata import Delegations, Metadata, SuccinctRoles, TargetFile, Targets

from bundle.errors import Refused
from bundle.trust import ChannelMarks, Target, path_for, unpack, verify_pack
from bundle.trust.pack import pack
from bundle.trust.persons import APPROVERS, AUTHORS
from registry.trust.proposal import compact
from tests.simulators.content import CHANNEL, small_bundle
from tests.simulators.publisher import Publisher

WHERE = path_for(CHANNEL, Target.BUNDLE)


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path, [CHANNEL])
    made.release_bundle(CHANNEL, small_bundle(made.now))
    return made


def verified(publisher: Publisher, raw: bytes | None = None, marks: ChannelMarks | None = None):
    return verify_pack(raw or publisher.pack(CHANNEL, Target.BUNDLE), publisher.root_bytes, CHANNEL, Target.BUNDLE, marks)


def test_a_pack_carries_the_roots_after_the_embedded_one(publisher: Publisher) -> None:
    before = publisher.pack(CHANNEL, Target.BUNDLE)
    publisher.rotate_root()
    found = verified(publisher)
    assert found.root == 2
    with pytest.raises(Refused, match="older than what was accepted"):
        verified(publisher, before, ChannelMarks().raised_by(found))


def test_a_root_that_the_old_one_did_not_sign_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    stranger = Publisher(tmp_path / "stranger", [CHANNEL])
    stranger.rotate_root()
    (theirs,) = stranger.tree.newer_roots(CHANNEL)
    raw = publisher.pack(CHANNEL, Target.BUNDLE)
    with pytest.raises(Refused, match="root was signed by"):
        verified(publisher, pack(unpack(raw).model_copy(update={"roots": (theirs,)})))


def _content_of_its_own(targets: Targets) -> None:
    targets.targets[WHERE] = TargetFile.from_data(WHERE, b"{}", ["sha256"])


def _another_role_first(targets: Targets) -> None:
    roles = targets.delegations.roles
    roles["stop"].paths = [f"{CHANNEL}/*.json"]


def _not_terminating(targets: Targets) -> None:
    targets.delegations.roles["content"].terminating = False


def _nobody_asked(targets: Targets) -> None:
    targets.delegations.roles["content"].paths = [f"{CHANNEL}/other.json"]


def _no_delegations(targets: Targets) -> None:
    targets.delegations = None


def _succinct(targets: Targets) -> None:
    content = targets.delegations.roles["content"]
    roles = SuccinctRoles(content.keyids, 2, 1, "content")
    targets.delegations = Delegations(targets.delegations.keys, succinct_roles=roles)


def _nameless(targets: Targets) -> None:
    targets.delegations.roles["content"].unrecognized_fields[APPROVERS] = ["nobody"]


def _blank(targets: Targets) -> None:
    names = targets.delegations.roles["content"].unrecognized_fields[AUTHORS]
    names.update(dict.fromkeys(names, " "))


def _nobody_approves(targets: Targets) -> None:
    del targets.delegations.roles["content"].unrecognized_fields[APPROVERS]


def _one_person(targets: Targets) -> None:
    content = targets.delegations.roles["content"]
    (approver,) = content.unrecognized_fields[APPROVERS]
    content.unrecognized_fields[APPROVERS][approver] = f" lò  thị MÂY ({CHANNEL})"


def _one_key(targets: Targets) -> None:
    content = targets.delegations.roles["content"]
    author, approver = content.keyids
    targets.delegations.keys[approver].keyval["public"] = targets.delegations.keys[author].keyval["public"]


def _another_cell(targets: Targets) -> None:
    targets.unrecognized_fields["x-channel"] = "vn.20"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_content_of_its_own, "outside the delegated roles"),
        (_another_role_first, "first delegation"),
        (_not_terminating, "first delegation"),
        (_nobody_asked, "first delegation"),
        (_no_delegations, "first delegation"),
        (_succinct, "first delegation"),
        (_nameless, "not a list of key ids"),
        (_blank, "not a list of key ids"),
        (_nobody_approves, "approver"),
        (_one_person, "one person"),
        (_another_cell, "another channel"),
    ],
)
def test_wrongly_signed_delegations_are_refused(publisher: Publisher, change: Callable[[Targets], None], sentence: str) -> None:
    publisher.sign_targets(CHANNEL, change)
    with pytest.raises(Refused, match=sentence):
        verified(publisher)


def test_one_key_under_two_ids_is_one_person(publisher: Publisher) -> None:
    """TUF counts key ids: one secret key listed twice meets its threshold of two."""
    publisher.sign_targets(CHANNEL, _one_key)
    proposal = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now)), f"{CHANNEL}-author")
    metadata = Metadata[Targets].from_bytes(proposal.role.encode())
    (signature,) = metadata.signatures.values()
    approver = publisher.keys[f"{CHANNEL}-approver"].keyid
    metadata.signatures[approver] = Signature(approver, signature.signature)
    raw = publisher.force(proposal.model_copy(update={"role": metadata.to_bytes().decode()}))
    with pytest.raises(Refused, match="one person"):
        verified(publisher, raw)


def test_a_role_that_does_not_name_the_target_is_refused(publisher: Publisher) -> None:
    proposal = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now)))
    metadata = Metadata[Targets].from_bytes(proposal.role.encode())
    metadata.signed.targets = {"elsewhere": metadata.signed.targets[WHERE]}
    metadata.signatures.clear()
    for name in publisher.signers(CHANNEL, Target.BUNDLE):
        metadata.sign(publisher.keys[name].signer, append=True)
    honest = unpack(publisher.pack(CHANNEL, Target.BUNDLE))
    with pytest.raises(Refused, match="half copied"):
        publisher.force(proposal.model_copy(update={"role": metadata.to_bytes().decode()}))
    tree, cell = publisher.tree, publisher.tree.cell(CHANNEL)
    raw = honest.model_copy(
        update={
            "role": metadata.to_bytes().decode(),
            "timestamp": tree.metadata(CHANNEL, "timestamp").read_text(),
            "snapshot": tree.metadata(CHANNEL, "snapshot", cell.snapshot.signed.version).read_text(),
        }
    )
    with pytest.raises(Refused, match="does not name it"):
        verified(publisher, pack(raw))


@pytest.mark.parametrize("issued", [None, "", "yesterday", 5])
def test_a_timestamp_without_a_date_is_refused(publisher: Publisher, issued: object) -> None:
    cell = publisher.tree.cell(CHANNEL)
    cell.timestamp.signed.unrecognized_fields["x-issued"] = issued
    cell.timestamp.sign(publisher.online.signer)
    publisher.tree.put(publisher.tree.metadata(CHANNEL, "timestamp"), cell.timestamp.to_bytes())
    with pytest.raises(Refused, match="not a date"):
        verified(publisher)
