"""Writing a courier's stick: what is on it, what stays on it, and that a bad stick is found before it travels."""

import shutil
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from tuf.api.metadata import Metadata, Snapshot, Timestamp

from bundle.asset import blob_path
from bundle.errors import Refused
from bundle.trust import Target
from registry.trust import stick as stick_module
from registry.trust.commands import COMMANDS
from registry.trust.site import Site
from registry.trust.stick import write_stick
from tests.simulators.content import CHANNEL, flood_alert, picture_of, small_bundle
from tests.simulators.courier import nothing_told, stick_of
from tests.simulators.publisher import Publisher

OTHER = "vn.20.06002"


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path / "office", ["vn.20", CHANNEL, OTHER])
    made.release_bundle("vn.20", small_bundle(made.now, "vn.20"))
    made.release_bundle(OTHER, small_bundle(made.now, OTHER, pictures=(b"theirs",)), [b"theirs"])
    made.release_bundle(CHANNEL, small_bundle(made.now, pictures=(b"old",)), [b"old"])
    made.release_bundle(CHANNEL, small_bundle(made.now, title="Tin mới", pictures=(b"picture",)), [b"picture"])
    made.release_alerts(CHANNEL, flood_alert(made.now, speech=b"speech"), [b"speech"])
    return made


def files(stick: Path) -> set[str]:
    return {str(path.relative_to(stick / "bangtin")) for path in (stick / "bangtin").rglob("*") if path.is_file()}


def test_it_carries_the_channel_and_those_above_and_nothing_else(publisher: Publisher, tmp_path: Path) -> None:
    carried = stick_of(publisher, tmp_path / "stick", CHANNEL)
    assert [(each.channel, set(each.versions)) for each in carried] == [
        ("vn.20", {Target.BUNDLE}),
        (CHANNEL, {Target.BUNDLE, Target.ALERTS}),
    ]
    there = files(tmp_path / "stick")
    assert f"content/{blob_path(picture_of(b'picture').sha256)}" in there
    assert not any(picture_of(blob).sha256 in path for path in there for blob in (b"old", b"theirs"))
    assert not any(OTHER in path or "history" in path for path in there)
    assert sum("bundle.json" in path for path in there) == 2


def test_the_timestamp_is_the_published_one_for_longer_and_the_snapshot_lasts_as_long(publisher: Publisher, tmp_path: Path) -> None:
    (*_, carried) = stick_of(publisher, tmp_path / "stick", CHANNEL, days=60)
    folder = tmp_path / f"stick/bangtin/content/metadata/{CHANNEL}"
    stick = Metadata[Timestamp].from_bytes((folder / "timestamp.json").read_bytes()).signed
    published = publisher.tree.cell(CHANNEL)
    assert stick.version == published.timestamp.signed.version
    assert stick.snapshot_meta == published.timestamp.signed.snapshot_meta
    assert stick.expires == publisher.now + timedelta(days=60)
    snapshot = Metadata[Snapshot].from_bytes((folder / f"{stick.snapshot_meta.version}.snapshot.json").read_bytes()).signed
    assert snapshot.expires >= stick.expires
    assert carried.good_until == stick.expires
    assert published.timestamp.signed.expires < stick.expires, "the network's own stays short"


def test_what_came_back_stays_and_what_is_no_longer_needed_goes(publisher: Publisher, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick_of(publisher, stick)
    letter = stick / "bangtin/reports/loa-01/boot-1-7.jwe"
    letter.parent.mkdir(parents=True)
    letter.write_text("letter")
    (stick / "ảnh cưới.jpg").write_bytes(b"somebody's")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("not on the stick")
    (stick / "bangtin/content/metadata/link").symlink_to(elsewhere)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin cuối"))
    stick_of(publisher, stick, CHANNEL)
    assert letter.read_text() == "letter"
    assert (stick / "ảnh cưới.jpg").exists()
    assert elsewhere.read_text() == "not on the stick"
    assert not (stick / "bangtin/content/metadata/link").is_symlink()
    there = files(stick)
    assert not any(picture_of(blob).sha256 in path for path in there for blob in (b"picture", b"theirs"))


def test_a_stick_without_room_is_refused_before_anything_is_announced(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1000, 0, 1000))
    with pytest.raises(Refused, match="not enough room"):
        stick_of(publisher, tmp_path / "stick")
    assert files(tmp_path / "stick") == set()


@pytest.mark.parametrize("kind", ["blobs/sha256/*/*", "metadata/*/*.content.json", "targets/*/*"])
def test_a_stick_that_reads_back_wrong_is_found_before_it_travels(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    real = stick_module._put

    def faulty(path: Path, file: object) -> None:
        real(path, file)  # type: ignore[arg-type]
        if path in set((tmp_path / "stick/bangtin/content").glob(kind)):
            raw = path.read_bytes()
            path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))

    monkeypatch.setattr(stick_module, "_put", faulty)
    with pytest.raises(Refused, match="read back wrong"):
        stick_of(publisher, tmp_path / "stick")


@pytest.mark.parametrize("channel", ["vn.con", "vn.20.nul", "vn..x"])
def test_names_that_fat_cannot_hold_are_refused(channel: str) -> None:
    parts = [f"metadata/{channel}/timestamp.json"]
    bad = [
        part for part in Path(parts[0]).parts if not stick_module._FAT_NAME.fullmatch(part) or stick_module._FAT_RESERVED.fullmatch(part)
    ]
    assert bad == []  # dotted codes are one name, and only a whole name is reserved
    assert stick_module._FAT_RESERVED.fullmatch("con")
    assert stick_module._FAT_RESERVED.fullmatch("nul.20")


def test_an_unknown_channel_and_a_missing_stick_are_told(publisher: Publisher, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no such channel"):
        stick_of(publisher, tmp_path / "stick", "vn.99")
    with pytest.raises(Refused, match="no such folder"):
        write_stick(publisher.tree, tmp_path / "nowhere", (), publisher.online, publisher.now, 60, nothing_told)


def test_the_command_says_in_plain_words_what_is_on_it(tmp_path: Path) -> None:
    office = Publisher(tmp_path / "office", [CHANNEL])
    office.release_bundle(CHANNEL, small_bundle(office.now))
    office.release_alerts(CHANNEL, flood_alert(office.now))
    (tmp_path / "usb").mkdir()
    command = next(command for command in COMMANDS if command.name == "stick")
    key = office.keys_folder / "online.json"
    typed = CliRunner().invoke(command, [str(tmp_path / "usb"), "--site", str(office.site), "--online-key", str(key), "--days", "30"])
    assert typed.exit_code == 0, typed.output
    assert "Xã Bản Mẫu" in typed.output
    assert "1 tin trên bảng" in typed.output
    assert "1 cảnh báo" in typed.output
    assert Site(tmp_path / "usb/bangtin/content").channels() == (CHANNEL,)
