"""Every release stays provable: its pack is kept beside the tree that units see, and so are the blobs it needs."""

from datetime import timedelta
from pathlib import Path

import pytest

from bundle.errors import Refused
from bundle.manifest import Bundle
from bundle.policy import StopList
from bundle.trust import Target, verify_pack
from bundle.trust.documents import parse_document
from registry.trust import Site
from registry.trust.urgent import release_at_once, released_document, with_withdrawal
from tests.simulators.content import CHANNEL, flood_alert, picture_of, small_bundle
from tests.simulators.publisher import Publisher


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path, ["vn.20", CHANNEL])


def kept(publisher: Publisher, target: Target) -> dict[int, bytes]:
    folder = publisher.tree.history(CHANNEL, target, 1).parent
    return {int(path.stem): path.read_bytes() for path in folder.glob("*.pack")}


def test_every_release_stays_provable_when_newer_ones_and_new_root_keys_came(publisher: Publisher) -> None:
    start = publisher.now
    for week, title in enumerate(("tuần một", "tuần hai", "tuần ba")):
        publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title=title), at=start + timedelta(weeks=week))
    publisher.rotate_root()
    publisher.renew(CHANNEL, start + timedelta(days=400))
    found = {}
    for version, raw in kept(publisher, Target.BUNDLE).items():
        verified = verify_pack(raw, publisher.root_bytes, CHANNEL, Target.BUNDLE)
        document = parse_document(verified.content, CHANNEL, Target.BUNDLE)
        assert isinstance(document, Bundle)
        found[version] = (document.notices[0].versions[0].title, verified.issued)
    assert found == {n + 1: (title, start + timedelta(weeks=n)) for n, title in enumerate(("tuần một", "tuần hai", "tuần ba"))}


def test_alerts_and_stops_are_kept_as_well(publisher: Publisher) -> None:
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now))
    publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL))
    assert set(kept(publisher, Target.ALERTS)) == set(kept(publisher, Target.STOP)) == {1}


def test_the_blobs_of_what_is_gone_stay(publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=(b"old picture",)), [b"old picture"])
    stop = with_withdrawal(publisher.tree, None, CHANNEL, "tiem-chung", "sai ngày")
    release_at_once(publisher.tree, stop, [publisher.keys["stop"]], publisher.online, publisher.now)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    publisher.renew(CHANNEL, publisher.later(days=40))
    assert publisher.tree.blob(picture_of(b"old picture").sha256).read_bytes() == b"old picture"


def test_a_refused_release_leaves_no_history(publisher: Publisher) -> None:
    with pytest.raises(Refused):
        publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=(b"missing",)))
    assert kept(publisher, Target.BUNDLE) == {}


def test_a_release_cut_before_its_timestamp_is_overtaken_by_the_next(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    put = Site.put

    def cut(site: Site, path: Path, data: bytes) -> None:
        if path.name == "timestamp.json":
            raise InterruptedError
        put(site, path, data)

    with monkeypatch.context() as patch:
        patch.setattr(Site, "put", cut)
        with pytest.raises(InterruptedError):
            publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="bị cắt"))
    assert released_document(publisher.tree, CHANNEL, Target.BUNDLE) is None
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="làm lại"), at=publisher.later(minutes=1))
    assert kept(publisher, Target.BUNDLE) == {1: publisher.pack(CHANNEL, Target.BUNDLE)}
