"""Whatever packs lie on a shelf, the sweep removes exactly what none of them names."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.pull.shelving import coming_path, pack_path, previous_path
from agent.pull.sweep import sweep
from bundle.asset import blob_path
from bundle.trust import Pack, Target, pack
from registry.trust.proposal import compact
from tests.simulators.content import flood_alert, picture_of, small_bundle
from tests.simulators.publisher import START

CHANNELS = ("vn", "vn.20", "vn.20.06001")
BLOBS = tuple(f"blob {number}".encode() for number in range(6))
SHELF, KEPT = Path("shelf"), (Path("marks/display"), Path("marks/audio"))


def places(channel: str) -> list[tuple[Path, Target]]:
    """Everywhere a pack of *channel* may lie."""
    shelved = [(pack_path(SHELF, channel, target), target) for target in (Target.BUNDLE, Target.ALERTS)]
    other = [(previous_path(SHELF, channel), Target.BUNDLE), (coming_path(SHELF, channel), Target.BUNDLE)]
    copies = [(folder / f"{channel}.{target}.pack", target) for folder in KEPT for target in (Target.BUNDLE, Target.ALERTS)]
    return shelved + other + copies


def pack_of(channel: str, target: Target, blobs: tuple[bytes, ...]) -> bytes:
    document = small_bundle(START, channel, pictures=blobs) if target is Target.BUNDLE else flood_alert(START, channel, *blobs[:1])
    metadata = dict.fromkeys(("timestamp", "snapshot", "targets", "role"), "{}")
    return pack(Pack(channel=channel, target=target, roots=(), content=compact(document).decode(), **metadata))


ANYWHERE = st.sampled_from([(channel, *place) for channel in CHANNELS for place in places(channel)])
STANDING = st.dictionaries(ANYWHERE, st.lists(st.sampled_from(BLOBS), unique=True, max_size=3).map(tuple), max_size=8)


@given(packs=STANDING, there=st.sets(st.sampled_from(BLOBS)), unreadable=st.none() | ANYWHERE)
def test_nothing_that_may_be_on_air_is_removed_and_everything_else_is(tmp_path_factory: pytest.TempPathFactory, packs, there, unreadable):
    root = tmp_path_factory.mktemp("unit")
    needed = set()
    for (channel, path, target), blobs in packs.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(pack_of(channel, target, blobs))
        needed |= set(blobs if target is Target.BUNDLE else blobs[:1])
    if unreadable:
        (root / unreadable[1]).parent.mkdir(parents=True, exist_ok=True)
        (root / unreadable[1]).write_bytes(b"torn")
    for blob in there:
        path = root / SHELF / blob_path(picture_of(blob).sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        for name in (path, path.with_name(path.name + ".part"), path.with_name(path.name + ".tag")):
            name.write_bytes(blob)
    sweep(root / SHELF, [root / folder for folder in KEPT])
    left = {path.name for path in (root / SHELF).glob("blobs/*/*/*")}
    kept = there if unreadable else there & needed
    names = {picture_of(blob).sha256 for blob in kept}
    assert left == names | {f"{name}.part" for name in names} | {f"{name}.tag" for name in names}


def test_what_a_worker_moves_from_its_copy_to_an_earlier_list_meanwhile_is_not_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The worker writes the earlier list, then its copy of the newer one, while the sweep looks for what is needed."""
    shelf, kept, channel = tmp_path / SHELF, tmp_path / KEPT[0], CHANNELS[2]
    copy, earlier = kept / f"{channel}.alerts.json.pack", kept / f"{channel}.alerts.json.1-1.earlier"
    blob = shelf / blob_path(picture_of(BLOBS[0]).sha256)
    for path, content in ((copy, pack_of(channel, Target.ALERTS, BLOBS[:1])), (blob, BLOBS[0])):
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    read = Path.read_bytes

    def moved(path: Path) -> bytes:
        monkeypatch.undo()
        earlier.write_bytes(read(path))
        copy.write_bytes(pack_of(channel, Target.ALERTS, ()))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", moved)
    assert sweep(shelf, [kept]) == ()
    assert blob.exists()
