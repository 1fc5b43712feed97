"""Epochs: what was seen before counts until the online keys are revoked, and nothing signed with those keys comes back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tuf.api.exceptions import RepositoryError

from bundle.errors import Refused
from bundle.trust import ChannelMarks, Marks, Role, Target, Verified, newest_root, verify_pack
from bundle.trust.marks import TargetMark, older_than
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import Publisher

DAY = datetime(2027, 5, 3, tzinfo=UTC)
SMALL = st.integers(1, 4)
STATES = st.builds(
    lambda target, epoch, later, delegations, version, days: Verified(
        channel=CHANNEL,
        target=target,
        content=b"",
        version=version,
        snapshot=version,
        issued=DAY + timedelta(days=days),
        expires=DAY,
        authors=(),
        approvers=(),
        root=epoch + later,  # a root after the one that began the epoch
        delegations=delegations,
        epoch=epoch,
    ),
    st.sampled_from([Target.BUNDLE, Target.STOP]),
    SMALL,
    st.integers(0, 2),
    SMALL,
    SMALL,
    SMALL,
)


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path, [CHANNEL])
    made.release_bundle(CHANNEL, small_bundle(made.now))
    return made


def verified(publisher: Publisher, raw: bytes | None = None, marks: ChannelMarks | None = None) -> Verified:
    return verify_pack(raw or publisher.pack(CHANNEL, Target.BUNDLE), publisher.root_bytes, CHANNEL, Target.BUNDLE, marks)


def epoch(publisher: Publisher) -> int:
    return newest_root(publisher.root_bytes, (text.encode() for text in publisher.tree.newer_roots(CHANNEL))).epoch


def test_an_epoch_begins_where_an_online_key_is_revoked_and_nowhere_else(publisher: Publisher) -> None:
    assert (epoch(publisher), verified(publisher).epoch) == (1, 1)
    publisher.rotate_root()
    assert (epoch(publisher), verified(publisher).epoch) == (1, 1)
    publisher.add_online()
    assert (epoch(publisher), verified(publisher).epoch) == (1, 1)
    publisher.rotate_online()
    assert (epoch(publisher), verified(publisher).epoch) == (4, 4)
    publisher.add_online()
    assert (epoch(publisher), verified(publisher).epoch) == (4, 4)


def test_a_root_that_nobody_handed_over_begins_no_epoch(publisher: Publisher, tmp_path: Path) -> None:
    stranger = Publisher(tmp_path / "stranger", [CHANNEL])
    stranger.rotate_online()
    with pytest.raises(RepositoryError):
        newest_root(publisher.root_bytes, (text.encode() for text in stranger.tree.newer_roots(CHANNEL)))


def test_a_low_version_of_a_newer_epoch_is_accepted_and_the_old_epoch_is_over(publisher: Publisher) -> None:
    for title in ("hai", "ba"):
        publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title=title))
    old = publisher.pack(CHANNEL, Target.BUNDLE)
    marks = ChannelMarks().raised_by(verified(publisher, old))
    publisher.rotate_online(without=[Role.CONTENT])
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="một lần nữa"))
    new = verified(publisher, marks=marks)
    assert (new.version, new.epoch) == (1, 2)
    with pytest.raises(Refused, match="revoked keys"):
        verified(publisher, old, marks.raised_by(new))


def test_what_is_in_force_since_before_the_revocation_stays_and_nothing_newer_of_then_comes_in(publisher: Publisher) -> None:
    """The alert came with the new keys, the bundle still waits for its pictures: the one on air is not taken away."""
    held = publisher.pack(CHANNEL, Target.BUNDLE)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="của khóa cũ"))
    late = publisher.pack(CHANNEL, Target.BUNDLE)
    publisher.rotate_online()
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now))
    alerts = verify_pack(publisher.pack(CHANNEL, Target.ALERTS), publisher.root_bytes, CHANNEL, Target.ALERTS)
    marks = ChannelMarks().raised_by(verified(publisher, held)).raised_by(alerts)
    assert verified(publisher, held, marks).version == 1
    with pytest.raises(Refused, match="revoked keys"):
        verified(publisher, late, marks)


def test_dates_of_revoked_keys_do_not_count_any_more(publisher: Publisher) -> None:
    today = publisher.now
    publisher.renew(CHANNEL, at=today + timedelta(days=300))
    far = verified(publisher)
    publisher.now = today
    publisher.rotate_online()
    marks = Marks().raised_by(far)
    assert marks.issued == far.issued
    assert marks.raised_by(verified(publisher)).issued == today
    other = Marks(channels={**marks.channels, "vn.20": ChannelMarks().raised_by(verified(publisher))})
    assert other.issued == today, "whichever channel brought the news"
    assert Marks().issued is None


def test_marks_from_before_there_were_epochs_stand_in_the_first() -> None:
    raw = '{"root":1,"targets":1,"version":7,"snapshot":1,"issued":"2027-05-03T00:00:00Z"}'
    assert TargetMark.model_validate_json(raw).epoch == 1


@pytest.mark.parametrize("issued", ["9999-12-31T23:59:59Z", "1969-01-01T00:00:00Z"])
def test_a_date_that_no_mark_can_hold_is_refused_and_crashes_nobody(publisher: Publisher, issued: str) -> None:
    cell = publisher.tree.cell(CHANNEL)
    cell.timestamp.signed.unrecognized_fields["x-issued"] = issued
    cell.timestamp.sign(publisher.online.signer)
    publisher.tree.put(publisher.tree.metadata(CHANNEL, "timestamp"), cell.timestamp.to_bytes())
    with pytest.raises(Refused, match="not a date"):
        verified(publisher)


@given(st.lists(STATES, max_size=12))
def test_within_an_epoch_no_mark_falls_and_no_old_epoch_comes_back(offered: list[Verified]) -> None:
    marks = ChannelMarks()
    for state in offered:
        before = marks.targets.get(state.target)
        if older_than(marks, state):
            continue
        marks = marks.raised_by(state)
        after = marks.targets[state.target]
        if before is None:
            continue
        assert after.epoch >= before.epoch
        assert after.root >= before.root
        if after.epoch == before.epoch:
            for name in ("targets", "version", "snapshot", "issued"):
                assert getattr(after, name) >= getattr(before, name)
        assert older_than(marks, state) is None, "what was accepted stays acceptable"


@given(st.lists(STATES, max_size=12), STATES)
def test_after_a_revocation_the_honest_first_version_is_accepted_whatever_was_seen(offered: list[Verified], honest: Verified) -> None:
    marks = ChannelMarks()
    for state in offered:
        if not older_than(marks, state):
            marks = marks.raised_by(state)
    newest = max((mark.root for mark in marks.targets.values()), default=1)
    first = replace(honest, epoch=newest + 1, root=newest + 1, version=1, snapshot=1, delegations=1, issued=DAY)
    assert older_than(marks, first) is None
    marks = marks.raised_by(first)
    assert marks.issued == DAY
    assert all(older_than(marks, state) for state in offered if state.target is first.target)
