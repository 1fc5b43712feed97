"""The root hands its keys over: units follow, what is on air stays believable, and a cut ceremony is finished by repeating it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Root

from bundle.errors import Refused
from bundle.trust import Target, verify_pack
from bundle.trust.verify import ISSUED, Verified
from registry.trust.keys import PersonKey, make_key
from registry.trust.release import release, renew
from registry.trust.roots import newest_root, rotate_online, rotate_root, rotate_targets
from registry.trust.site import Site
from registry.trust.state import Again
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import Publisher


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path, ["vn.20", CHANNEL])
    made.release_bundle(CHANNEL, small_bundle(made.now))
    made.release_alerts(CHANNEL, flood_alert(made.now))
    made.release_bundle("vn.20", small_bundle(made.now, "vn.20"))
    return made


def believed(publisher: Publisher, target: Target = Target.BUNDLE, channel: str = CHANNEL) -> Verified:
    return verify_pack(publisher.pack(channel, target), publisher.root_bytes, channel, target)


def new_key(publisher: Publisher, name: str) -> PersonKey:
    return make_key(publisher.keys_folder, f"{name}-2", f"người giữ khóa {name} mới")


def test_every_root_carries_the_time_of_its_ceremony(publisher: Publisher) -> None:
    assert Metadata[Root].from_bytes(publisher.root_bytes).signed.unrecognized_fields[ISSUED] == "2027-05-03T01:00:00Z"
    rotate_root(publisher.tree, publisher.keys["root"], new_key(publisher, "root"), publisher.later(days=2))
    assert newest_root(publisher.tree).unrecognized_fields[ISSUED] == "2027-05-05T01:00:00Z"


def test_a_new_root_key_is_followed_and_the_old_one_signs_no_more(publisher: Publisher) -> None:
    old, new = publisher.keys["root"], new_key(publisher, "root")
    assert rotate_root(publisher.tree, old, new, publisher.now).version == 2
    for channel in publisher.tree.channels():
        assert believed(publisher, Target.BUNDLE, channel).root == 2
    with pytest.raises(Refused, match="would not accept this root"):
        rotate_root(publisher.tree, old, new_key(publisher, "other"), publisher.now)
    assert rotate_root(publisher.tree, new, make_key(publisher.keys_folder, "root-3", "x"), publisher.now).version == 3
    assert believed(publisher).root == 3


def test_a_stranger_cannot_rotate(publisher: Publisher) -> None:
    before = {path: path.read_bytes() for path in publisher.site.rglob("*") if path.is_file()}
    stranger = new_key(publisher, "stranger")
    with pytest.raises(Refused, match="would not accept this root"):
        rotate_online(publisher.tree, stranger, stranger, publisher.now)
    assert {path: path.read_bytes() for path in publisher.site.rglob("*") if path.is_file()} == before


def test_a_new_online_key_begins_again_at_one_with_todays_date(publisher: Publisher) -> None:
    """The signing PC ran with a clock in 2040, and its counters are far ahead: both are healed."""
    honest = publisher.now
    publisher.now = datetime(2040, 1, 1, tzinfo=UTC)
    for _ in range(5):
        publisher.renew(CHANNEL)
    assert publisher.tree.cell(CHANNEL).timestamp.signed.unrecognized_fields[ISSUED].startswith("2040")
    old, new = publisher.online, new_key(publisher, "online")
    snapshot = publisher.tree.cell(CHANNEL).snapshot.signed.version
    assert rotate_online(publisher.tree, publisher.keys["root"], new, honest).version == 2
    for channel, target in ((CHANNEL, Target.BUNDLE), (CHANNEL, Target.ALERTS), ("vn.20", Target.BUNDLE)):
        found = believed(publisher, target, channel)
        assert (found.issued, found.root, found.version) == (honest, 2, 1)
        assert publisher.tree.cell(channel).timestamp.signed.version == 1
    # No file name is used twice: caches keep an immutable file for ever.
    assert publisher.tree.cell(CHANNEL).snapshot.signed.version == snapshot + 1
    publisher.now = honest
    proposal = publisher.signed(CHANNEL, Target.ALERTS, flood_alert(honest).model_dump_json().encode())
    with pytest.raises(Refused, match="not verified"):
        release(publisher.tree, proposal, old, honest)
    assert release(publisher.tree, proposal, new, honest).timestamp == 2


def test_repeating_a_rotation_with_the_same_key_takes_no_step_back(publisher: Publisher) -> None:
    """The epoch has begun: units would refuse a second timestamp 1 below the same key."""
    new = new_key(publisher, "online")
    rotate_online(publisher.tree, publisher.keys["root"], new, publisher.now)
    for _ in range(3):
        renew(publisher.tree, CHANNEL, new, publisher.now)
    rotate_online(publisher.tree, publisher.keys["root"], new, publisher.now)
    assert publisher.tree.cell(CHANNEL).timestamp.signed.version == 5
    assert believed(publisher).root == 3


def test_a_file_that_is_gone_from_the_tree_does_not_hold_up_a_rotation(publisher: Publisher) -> None:
    publisher.tree.metadata(CHANNEL, "content", 1).unlink()
    done = rotate_online(publisher.tree, publisher.keys["root"], new_key(publisher, "online"), publisher.now)
    assert [complaint.where for state in done.states for complaint in state.left] == [f"{CHANNEL}/bundle.json"]
    assert believed(publisher, Target.ALERTS).root == 2


def _a_year_later(publisher: Publisher) -> None:
    """The bundles were signed for a year that is over; alerts and delegations are younger."""
    late = publisher.later(days=360)
    publisher.release_alerts(CHANNEL, flood_alert(late), at=late)
    for channel in publisher.tree.channels():
        publisher.sign_targets(channel, lambda targets: setattr(targets, "expires", late.replace(year=2029)))
    publisher.later(days=10)


def test_what_has_expired_does_not_hold_up_a_rotation_and_is_named(publisher: Publisher) -> None:
    new = new_key(publisher, "online")
    _a_year_later(publisher)
    done = rotate_online(publisher.tree, publisher.keys["root"], new, publisher.now)
    assert [[complaint.where for complaint in state.left] for state in done.states] == [["vn.20/bundle.json"], [f"{CHANNEL}/bundle.json"]]
    assert believed(publisher, Target.ALERTS).root == 2


def test_what_has_expired_may_be_signed_again_in_the_same_ceremony(publisher: Publisher) -> None:
    new = new_key(publisher, "online")
    _a_year_later(publisher)
    again = Again(keys=[key for name, key in publisher.keys.items() if name.endswith(("author", "approver"))])
    done = rotate_online(publisher.tree, publisher.keys["root"], new, publisher.now, again=again)
    assert [state.left for state in done.states] == [(), ()]
    assert (believed(publisher).version, believed(publisher, Target.ALERTS).version) == (2, 2)


def test_a_new_online_key_keeps_nothing_of_the_old_one(publisher: Publisher) -> None:
    new = new_key(publisher, "online")
    rotate_online(publisher.tree, publisher.keys["root"], new, publisher.now)
    root = newest_root(publisher.tree)
    assert root.roles["timestamp"].keyids == root.roles["snapshot"].keyids == [new.keyid]
    assert publisher.online.keyid not in root.keys


def test_a_new_targets_key_signs_every_cell_and_the_old_one_none(publisher: Publisher) -> None:
    new = new_key(publisher, "targets")
    rotate_targets(publisher.tree, publisher.keys["root"], new, publisher.online, publisher.now)
    for channel in publisher.tree.channels():
        found = believed(publisher, Target.BUNDLE, channel)
        assert (found.root, found.delegations) == (2, 2)
    publisher.sign_targets(CHANNEL, lambda targets: None)
    with pytest.raises(Refused, match="not verified"):
        believed(publisher)


def test_a_ceremony_that_was_cut_is_finished_by_repeating_it(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut after every possible number of files: the same command again leaves a tree that verifies."""
    put, new = Site.put, new_key(publisher, "online")

    class Cut(Exception):
        """The power."""

    for allowed in range(5):
        left = allowed

        def until_the_cut(site: Site, path: Path, data: bytes) -> None:
            nonlocal left
            if left == 0:
                raise Cut
            left -= 1
            put(site, path, data)

        monkeypatch.setattr(Site, "put", until_the_cut)
        with pytest.raises(Cut):
            rotate_online(publisher.tree, publisher.keys["root"], new, publisher.now)
        monkeypatch.setattr(Site, "put", put)
        rotate_online(publisher.tree, publisher.keys["root"], new, publisher.now)
        for channel in publisher.tree.channels():
            assert believed(publisher, Target.BUNDLE, channel).root == newest_root(publisher.tree).version
