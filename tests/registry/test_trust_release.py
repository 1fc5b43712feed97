"""The publishing side of trust: what is signed is what was seen, and nothing is released that a unit would refuse."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Targets

from bundle.alert import Reference
from bundle.asset import blob_path
from bundle.errors import Refused
from bundle.policy import MAX_CANCELLED, StopList
from bundle.trust import DELEGATIONS, Target, verify_pack
from registry.trust import CellPlan, Site, describe, load_key, make_key, make_trust_root, propose, release, sign
from registry.trust.proposal import compact
from registry.trust.urgent import released_document, with_alerts, with_cancel, with_kill, with_lifting, with_withdrawal, without_kills
from tests.simulators.content import CHANNEL, flood_alert, picture_of, small_bundle
from tests.simulators.publisher import Publisher


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path, ["vn.20", CHANNEL])


def tree(publisher: Publisher) -> dict[str, bytes]:
    return {str(path.relative_to(publisher.site)): path.read_bytes() for path in publisher.site.rglob("*") if path.is_file()}


def test_a_full_list_of_stops_takes_the_next_one_and_the_oldest_gives_way(publisher: Publisher) -> None:
    alerts = flood_alert(publisher.later(seconds=60))
    publisher.release_alerts(CHANNEL, alerts)
    (new,) = [Reference(sender=each.sender, identifier=each.identifier, sent=each.sent) for each in alerts.alerts]
    old = [new.model_copy(update={"identifier": f"cu-{number}"}) for number in range(MAX_CANCELLED)]
    publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, cancelled=tuple(old)))
    present = released_document(publisher.tree, CHANNEL, Target.STOP)
    assert isinstance(present, StopList)
    publisher.release_stop(CHANNEL, with_cancel(publisher.tree, present, CHANNEL, new.identifier))
    released = released_document(publisher.tree, CHANNEL, Target.STOP)
    assert isinstance(released, StopList)
    assert released.cancelled == (*old[1:], new)


def test_each_cell_delegates_in_order_terminating_with_two_segments(publisher: Publisher) -> None:
    for channel in ("vn.20", CHANNEL):
        targets = Metadata[Targets].from_bytes((publisher.site / f"metadata/{channel}/1.targets.json").read_bytes()).signed
        roles = targets.delegations.roles
        assert list(roles) == [role.value for role in DELEGATIONS]
        assert all(role.terminating for role in roles.values())
        assert all(path.startswith(f"{channel}/") and path.count("/") == 1 for role in roles.values() for path in role.paths)
        assert {name: role.threshold for name, role in roles.items()} == {
            "stop": 1,
            "alerts": 2,
            "feed": 1,
            "ops": 1,
            "policy": 2,
            "software": 2,
            "content": 2,
        }


def test_every_unit_fetches_at_most_a_kilobyte_to_learn_that_nothing_is_new(publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    assert len((publisher.site / f"metadata/{CHANNEL}/timestamp.json").read_bytes()) <= 1024


def test_snapshots_bind_every_file_by_length_and_hash(publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    cell = publisher.tree.cell(CHANNEL)
    assert all(meta.length and meta.hashes for meta in cell.snapshot.signed.meta.values())
    assert cell.timestamp.signed.snapshot_meta.hashes


def test_the_release_tree_lies_as_units_expect_it(publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=(b"picture",)), [b"picture"])
    names = set(tree(publisher))
    assert {f"metadata/{CHANNEL}/{name}.json" for name in ("timestamp", "2.snapshot", "1.targets", "1.content", "1.root")} <= names
    assert blob_path(picture_of(b"picture").sha256) in names
    (bundle,) = [name for name in names if name.startswith(f"targets/{CHANNEL}/")]
    assert bundle.endswith(".bundle.json")


def test_the_timestamp_is_written_last(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit that looks half-way through a release sees the old state whole: every prefix of the writes must verify."""
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    written: list[str] = []
    put = Site.put

    def look_after_each(site: Site, path: Path, data: bytes) -> None:
        before = verify_pack(publisher.pack(CHANNEL, Target.BUNDLE), publisher.root_bytes, CHANNEL, Target.BUNDLE)
        assert before.version == 1
        put(site, path, data)
        written.append(path.name)

    monkeypatch.setattr(Site, "put", look_after_each)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=(b"picture",)), [b"picture"])
    assert written[0] == picture_of(b"picture").sha256
    assert written[1].endswith(".bundle.json")
    assert written[2:] == ["2.content.json", "2.pack", "3.snapshot.json", "timestamp.json"]


@pytest.mark.parametrize(
    ("signers", "sentence"),
    [
        ((), "signed by 0/2"),
        ((f"{CHANNEL}-author",), "signed by 1/2"),
        (("alerts-author", "alerts-approver"), "signed by 0/2"),
        (("vn.20-author", "vn.20-approver"), "signed by 0/2"),
    ],
)
def test_a_release_that_units_would_refuse_writes_nothing(publisher: Publisher, signers: tuple[str, ...], sentence: str) -> None:
    before = tree(publisher)
    proposal = propose(publisher.tree, CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now)), publisher.now)
    for name in signers:
        proposal = sign(proposal, publisher.keys[name])
    with pytest.raises(Refused, match=sentence):
        release(publisher.tree, proposal, publisher.online, publisher.now)
    assert tree(publisher) == before


def test_missing_and_damaged_blobs_are_all_named(publisher: Publisher) -> None:
    bundle = small_bundle(publisher.now, pictures=(b"one", b"two", b"three"))
    for blob in (b"one", b"two"):
        publisher.add_blob(blob)
    (publisher.draft / blob_path(picture_of(b"two").sha256)).write_bytes(b"owt")
    before = tree(publisher)
    with pytest.raises(Refused) as refused:
        publisher.release_bundle(CHANNEL, bundle)
    assert {complaint.where for complaint in refused.value.complaints} == {
        f"blobs/{picture_of(blob).sha256}" for blob in (b"two", b"three")
    }
    assert tree(publisher) == before


def test_nobody_signs_what_they_did_not_see(publisher: Publisher) -> None:
    """A proposal whose text was exchanged under the signature's hash is refused by signing and by describing."""
    proposal = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now)), f"{CHANNEL}-author")
    forged = proposal.model_copy(update={"content": compact(small_bundle(publisher.now, title="Khác")).decode()})
    for act in (lambda: sign(forged, publisher.keys[f"{CHANNEL}-approver"]), lambda: describe(forged)):
        with pytest.raises(Refused, match="not this content"):
            act()
    assert "tiem-chung" in describe(proposal)


def test_a_proposal_on_an_older_state_is_refused(publisher: Publisher) -> None:
    late = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now)))
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Trước"))
    with pytest.raises(Refused, match="older state"):
        release(publisher.tree, late, publisher.online, publisher.now)


def test_content_that_units_cannot_read_is_never_proposed(publisher: Publisher) -> None:
    for content in (b"{}", b'{"format":2}', compact(small_bundle(publisher.now, "vn.20"))):
        with pytest.raises(Refused):
            propose(publisher.tree, CHANNEL, Target.BUNDLE, content, publisher.now)


def test_renewing_keeps_the_snapshot_while_it_is_young(publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    publisher.renew(CHANNEL, publisher.later(days=1))
    assert publisher.tree.cell(CHANNEL).snapshot.signed.version == 2
    publisher.renew(CHANNEL, publisher.later(days=20))
    assert publisher.tree.cell(CHANNEL).snapshot.signed.version == 3
    found = verify_pack(publisher.pack(CHANNEL, Target.BUNDLE), publisher.root_bytes, CHANNEL, Target.BUNDLE)
    assert (found.version, found.issued) == (1, publisher.now)


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    key = make_key(tmp_path, "author", "Lò Thị Mây")
    path = tmp_path / "author.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path).keyid == key.keyid
    assert "PRIVATE" not in repr(key)
    assert "PRIVATE" not in str(key)
    with pytest.raises(Refused, match="exists"):
        make_key(tmp_path, "author", "Lò Thị Mây")
    path.chmod(0o640)
    with pytest.raises(Refused, match="others can read"):
        load_key(path)


@pytest.mark.parametrize("text", ["", "{}", '{"format":1,"name":"a","person":"b","private":"c"}'])
def test_a_damaged_key_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "author.json"
    path.touch(0o600)
    path.write_text(text)
    with pytest.raises(Refused):
        load_key(path)
    with pytest.raises(Refused, match="cannot read"):
        load_key(tmp_path / "absent.json")


def test_the_ceremony_refuses_one_person_in_both_seats(publisher: Publisher, tmp_path: Path) -> None:
    make_key(publisher.keys_folder, "one", "Lò Thị Mây")
    make_key(publisher.keys_folder, "two", "Lò Thị Mây")
    with pytest.raises(Refused, match="is author and approver"):
        make_trust_root(tmp_path / "new", publisher.keys_folder, [CellPlan(CHANNEL, ("one",), ("two",))], publisher.now)
    assert not (tmp_path / "new").exists()
    with pytest.raises(Refused, match="a trust root stands here"):
        make_trust_root(publisher.site, publisher.keys_folder, [CellPlan(CHANNEL, ("one",), ("author",))], publisher.now)


def test_alerts_are_added_to_those_in_force_and_old_ones_go(publisher: Publisher) -> None:
    first = flood_alert(publisher.now).alerts
    second = flood_alert(publisher.now + timedelta(hours=1), identifier="lu-2").alerts
    merged = with_alerts(flood_alert(publisher.now), CHANNEL, second, publisher.now)
    assert merged.alerts == first + second
    assert with_alerts(merged, CHANNEL, first, publisher.now).alerts == first + second
    assert with_alerts(merged, CHANNEL, (), publisher.now + timedelta(days=60)).alerts == ()


def test_stopping_takes_one_person_and_keeps_what_was_stopped(publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    withdrawn = with_withdrawal(publisher.tree, None, CHANNEL, "tiem-chung", "sai giờ")
    publisher.release_stop(CHANNEL, withdrawn)
    present = released_document(publisher.tree, CHANNEL, Target.STOP)
    assert present == withdrawn
    assert isinstance(present, StopList)
    killed = with_kill(present, CHANNEL, "bị chiếm quyền", publisher.now)
    assert (killed.withdrawn, len(killed.kills)) == (withdrawn.withdrawn, 1)
    assert without_kills(killed, CHANNEL) == withdrawn
    with pytest.raises(Refused, match="tiem-chung"):
        with_withdrawal(publisher.tree, present, CHANNEL, "khong-co", "thử")


def test_a_pack_of_nothing_is_refused(publisher: Publisher) -> None:
    assert released_document(publisher.tree, CHANNEL, Target.POLICY) is None
    with pytest.raises(Refused, match="never released"):
        publisher.pack(CHANNEL, Target.POLICY)
    with pytest.raises(Refused, match="not in the release tree"):
        publisher.pack("vn.99", Target.POLICY)


def test_what_is_published_is_compact_and_says_the_same(publisher: Publisher) -> None:
    bundle = small_bundle(publisher.now)
    raw = compact(bundle)
    assert type(bundle).model_validate_json(raw) == bundle
    assert len(raw) < len(bundle.model_dump_json())
    assert json.loads(raw)["format"] == 1


def test_a_kill_is_lifted_by_the_same_or_a_superior_authority_and_by_no_other(publisher: Publisher) -> None:
    tree = publisher.tree
    publisher.release_stop(CHANNEL, with_kill(None, CHANNEL, "bị chiếm quyền", publisher.now))
    lifted = with_lifting(tree, None, "vn.20", CHANNEL)
    assert [(entry.channel, entry.since) for entry in lifted.lifted] == [(CHANNEL, publisher.now)]
    assert with_lifting(tree, lifted, "vn.20", CHANNEL) == lifted, "said twice it is one entry"
    publisher.release_stop("vn.20", with_kill(lifted, "vn.20", "thử", publisher.now))
    with pytest.raises(Refused, match="same or a superior"):
        with_lifting(tree, None, CHANNEL, "vn.20")
    publisher.release_stop(CHANNEL, without_kills(None, CHANNEL))
    with pytest.raises(Refused, match="no kill"):
        with_lifting(tree, None, "vn.20", CHANNEL)


def test_the_signer_reads_what_is_lifted(publisher: Publisher) -> None:
    publisher.release_stop(CHANNEL, with_kill(None, CHANNEL, "bị chiếm quyền", publisher.now))
    proposal = propose(publisher.tree, "vn.20", Target.STOP, compact(with_lifting(publisher.tree, None, "vn.20", CHANNEL)), publisher.now)
    assert f"lift: {CHANNEL}" in describe(proposal)
