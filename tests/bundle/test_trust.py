"""A worker believes a pack only with the whole chain, the right persons and no older state: each way to fail, one test."""

import json
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from bundle.trust import DELEGATIONS, ChannelMarks, Marks, Pack, Role, Target, pack, path_for, persons_needed, role_for, unpack, verify_pack
from bundle.trust.documents import needed_assets, parse_document
from bundle.trust.targets import patterns_for
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import Publisher


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path, ["vn.20", CHANNEL])
    made.release_bundle(CHANNEL, small_bundle(made.now))
    return made


def verified(publisher: Publisher, raw: bytes, marks: ChannelMarks | None = None):
    return verify_pack(raw, publisher.root_bytes, CHANNEL, Target.BUNDLE, marks)


def with_part(raw: bytes, **parts: object) -> bytes:
    return pack(unpack(raw).model_copy(update=parts))


def test_a_pack_proves_content_persons_and_dates(publisher: Publisher) -> None:
    found = verified(publisher, publisher.pack(CHANNEL, Target.BUNDLE))
    assert json.loads(found.content)["title"] == "Tin trong tuần"
    assert found.authors == ("Lò Thị Mây (vn.20.06001)",)
    assert found.approvers == ("Hoàng Văn Suối (vn.20.06001)",)
    assert (found.version, found.issued) == (1, publisher.now)
    assert found.expires == publisher.now + publisher.times.timestamp


def test_expired_metadata_keeps_its_content_in_force(publisher: Publisher) -> None:
    """There is no clock in the check: a pack of last year is as good as on its day."""
    old = Publisher(publisher.site.parent / "old", [CHANNEL], now=publisher.now - timedelta(days=3000))
    old.release_bundle(CHANNEL, small_bundle(old.now))
    assert verify_pack(old.pack(CHANNEL, Target.BUNDLE), old.root_bytes, CHANNEL, Target.BUNDLE).expires < publisher.now


@pytest.mark.parametrize("part", ["timestamp", "snapshot", "targets", "role", "content"])
def test_every_part_is_bound_by_the_chain(publisher: Publisher, part: str) -> None:
    raw = publisher.pack(CHANNEL, Target.BUNDLE)
    text = getattr(unpack(raw), part)
    changed = text.replace("1", "7", 1) if part != "content" else text.replace("7 giờ", "9 giờ")
    assert changed != text
    with pytest.raises(Refused, match="not verified"):
        verified(publisher, with_part(raw, **{part: changed}))


@pytest.mark.parametrize("part", ["timestamp", "snapshot", "targets", "role"])
def test_parts_of_another_cell_with_the_same_keys_are_refused(publisher: Publisher, part: str) -> None:
    publisher.release_bundle("vn.20", small_bundle(publisher.now, "vn.20"))
    other = unpack(publisher.pack("vn.20", Target.BUNDLE))
    raw = with_part(publisher.pack(CHANNEL, Target.BUNDLE), **{part: getattr(other, part)})
    with pytest.raises(Refused):
        verified(publisher, raw)


def small_json(channel: str, publisher: Publisher) -> bytes:
    return json.dumps({"format": 1} | small_bundle(publisher.now, channel).model_dump(mode="json"), ensure_ascii=False).encode()


def test_a_whole_foreign_cell_is_refused_by_name(publisher: Publisher) -> None:
    publisher.release_bundle("vn.20", small_bundle(publisher.now, "vn.20"))
    raw = publisher.pack("vn.20", Target.BUNDLE)
    with pytest.raises(Refused, match=r"another target"):
        verified(publisher, raw)
    with pytest.raises(Refused, match=r"another channel"):
        verified(publisher, with_part(raw, channel=CHANNEL))


def test_another_root_is_another_world(publisher: Publisher, tmp_path: Path) -> None:
    stranger = Publisher(tmp_path / "stranger", [CHANNEL])
    stranger.release_bundle(CHANNEL, small_bundle(stranger.now))
    with pytest.raises(Refused, match="not verified"):
        verified(publisher, stranger.pack(CHANNEL, Target.BUNDLE))


def test_an_older_pack_than_the_marks_is_refused_and_an_equal_one_is_not(publisher: Publisher) -> None:
    first = publisher.pack(CHANNEL, Target.BUNDLE)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
    second = publisher.pack(CHANNEL, Target.BUNDLE)
    marks = ChannelMarks().raised_by(verified(publisher, second))
    with pytest.raises(Refused, match="older than what was accepted"):
        verified(publisher, first, marks)
    assert verified(publisher, second, marks).version == 2
    publisher.renew(CHANNEL)
    assert verified(publisher, publisher.pack(CHANNEL, Target.BUNDLE), marks).version == 2


def test_marks_stand_apart_for_each_target(publisher: Publisher) -> None:
    """Packs are replaced one by one: the bundle of last week is no rollback because an alert came today."""
    bundle = publisher.pack(CHANNEL, Target.BUNDLE)
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now))
    alerts = verify_pack(publisher.pack(CHANNEL, Target.ALERTS), publisher.root_bytes, CHANNEL, Target.ALERTS)
    marks = Marks().raised_by(alerts)
    again = Marks.model_validate_json(marks.model_dump_json())
    assert again == marks
    assert verified(publisher, bundle, again.of(CHANNEL)).version == 1
    assert again.issued == alerts.issued


def test_a_mark_never_falls(publisher: Publisher) -> None:
    old = verified(publisher, publisher.pack(CHANNEL, Target.BUNDLE))
    publisher.later(days=1)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    new = verified(publisher, publisher.pack(CHANNEL, Target.BUNDLE))
    high = ChannelMarks().raised_by(new)
    assert high.raised_by(old) == high


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b'{"format":2}', b"\xff\xfe", b"[" * 100_000, b'{"format":1,"format":1}'])
def test_what_is_no_pack_is_refused(publisher: Publisher, raw: bytes) -> None:
    with pytest.raises(Refused):
        verified(publisher, raw)


@pytest.mark.parametrize("part", ["timestamp", "snapshot", "targets", "role"])
@pytest.mark.parametrize("junk", ["{}", "[]", '{"signatures":[],"signed":{"_type":"targets"}}', "[" * 50_000, "\u0000" * 9])
def test_metadata_that_is_no_metadata_is_refused(publisher: Publisher, part: str, junk: str) -> None:
    with pytest.raises(Refused):
        verified(publisher, with_part(publisher.pack(CHANNEL, Target.BUNDLE), **{part: junk}))


@given(data=st.data())
def test_no_flipped_bit_survives(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    publisher = _one_publisher(tmp_path_factory)
    raw = bytearray(publisher.pack(CHANNEL, Target.BUNDLE))
    honest = verified(publisher, bytes(raw))
    position = data.draw(st.integers(0, len(raw) - 1))
    raw[position] ^= 1 << data.draw(st.integers(0, 7))
    # Some bits do not matter (the case of a hex digit, the spelling of a space); then what is believed stays the same.
    with suppress(Refused):
        assert verified(publisher, bytes(raw)) == honest


_made: list[Publisher] = []


def _one_publisher(factory: pytest.TempPathFactory) -> Publisher:
    if not _made:
        _made.append(Publisher(factory.mktemp("publisher"), [CHANNEL]))
        _made[0].release_bundle(CHANNEL, small_bundle(_made[0].now))
    return _made[0]


def test_roles_cover_two_segments_and_stopping_takes_one_person() -> None:
    assert {persons_needed(role) for role in (Role.CONTENT, Role.ALERTS, Role.POLICY, Role.SOFTWARE)} == {2}
    assert persons_needed(Role.STOP) == 1
    assert DELEGATIONS[0] is Role.STOP
    for target in Target:
        assert patterns_for(role_for(target), CHANNEL) == [path_for(CHANNEL, target)]
        assert path_for(CHANNEL, target).count("/") == 1


def test_a_document_of_another_channel_is_refused_although_it_is_signed(publisher: Publisher) -> None:
    with pytest.raises(Refused, match="of another channel"):
        parse_document(small_json("vn.20", publisher), CHANNEL, Target.BUNDLE)


def test_documents_name_their_blobs(publisher: Publisher) -> None:
    bundle = small_bundle(publisher.now, pictures=(b"one", b"two"))
    assert {asset.size for asset in needed_assets(bundle).values()} == {3}
    assert len(needed_assets(flood_alert(publisher.now, speech=b"speech"))) == 1


def test_a_pack_survives_its_own_file_format(publisher: Publisher) -> None:
    raw = publisher.pack(CHANNEL, Target.BUNDLE)
    assert isinstance(unpack(raw), Pack)
    assert pack(unpack(raw)) == raw
