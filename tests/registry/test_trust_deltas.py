"""Deltas in the release tree: for the last few versions, immutable, and swept when they lead nowhere any more."""

from hashlib import sha256
from pathlib import Path

import pytest

from bundle.trust import Target
from bundle.trust.delta import apply_delta
from registry.trust.deltas import KEPT
from registry.trust.proposal import compact
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import Publisher

PICTURES = tuple(bytes([n]) for n in range(20))


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path / "publisher", [CHANNEL])


def publish(publisher: Publisher, title: str) -> bytes:
    bundle = small_bundle(publisher.now, title=title, pictures=PICTURES)
    publisher.release_bundle(CHANNEL, bundle, PICTURES)
    return compact(bundle)


def deltas(publisher: Publisher) -> dict[tuple[str, str], bytes]:
    found = (publisher.site / "deltas" / CHANNEL).glob("*.z")
    return {(path.name.split(".")[0], path.name.split(".")[1]): path.read_bytes() for path in found}


def name(content: bytes) -> str:
    return sha256(content).hexdigest()


def test_each_of_the_last_versions_has_one_to_the_newest_and_no_other_stays(publisher: Publisher) -> None:
    published = [publish(publisher, f"Tin {n}") for n in range(KEPT + 3)]
    newest = published[-1]
    found = deltas(publisher)
    assert set(found) == {(name(old), name(newest)) for old in published[-1 - KEPT : -1]}
    for old in published[-1 - KEPT : -1]:
        delta = found[name(old), name(newest)]
        assert apply_delta(old, delta, len(newest)) == newest
        assert len(delta) < len(newest) / 10


def test_another_document_of_the_channel_leaves_them_alone(publisher: Publisher) -> None:
    publish(publisher, "một")
    publish(publisher, "hai")
    before = deltas(publisher)
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now))
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now, identifier="lu-2"))
    assert deltas(publisher) == before
    assert len(before) == 1


def test_going_back_to_an_earlier_document_keeps_the_way_to_it(publisher: Publisher) -> None:
    first, second = publish(publisher, "một"), publish(publisher, "hai")
    publisher.release(CHANNEL, Target.BUNDLE, first)
    assert set(deltas(publisher)) == {(name(second), name(first))}
