"""What is fuzzed: each reader of foreign bytes with honest seeds, and what must hold whatever the bytes are.

A target answers or refuses; any other exception is a finding. Where an answer can be wrong, the target says so with an ``AssertionError``.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from bundle.errors import Refused
from bundle.policy import Policy, StopList
from bundle.trust import KEPT, Target, path_for, verify_pack
from bundle.trust.documents import needed_assets, parse_document
from device.journal import JournalReader, JournalWriter
from evidence.records import AlertSeen, ClockState, Stamp
from tests.fuzz import alerting, carried
from tests.fuzz.mutations import Mutation, after_first_byte, in_frames, in_json, in_xml
from tests.fuzz.world import compacted, fuzz_folder, publisher
from tests.simulators.content import CHANNEL, flood_alert, funeral, package_of, release_of, small_bundle
from tests.simulators.publisher import START


@dataclass(frozen=True)
class Fuzzed:
    """*run* takes any bytes and says whether it believed something; *seeds* are honest ones, *mutation* knows their shape.

    *cost*: one execution is worth so many of the others', and gets so many times fewer.
    """

    run: Callable[[bytes], bool]
    seeds: Callable[[], Iterator[bytes]]
    mutation: Mutation
    cost: int = 1


def manifest(raw: bytes) -> bool:
    """The first byte chooses the kind of document, the rest is the document."""
    target = KEPT[raw[0] % len(KEPT)] if raw else Target.BUNDLE
    try:
        document = parse_document(raw[1:], CHANNEL, target)
    except Refused:
        return False
    needed_assets(document)
    # What was read can be published again, and then says the same.
    assert parse_document(compacted(document), CHANNEL, target) == document
    return True


def manifests() -> Iterator[bytes]:
    """One of each kind."""
    documents = (
        StopList(format=1, channel=CHANNEL),
        flood_alert(START, speech=b"speech"),
        flood_alert(START, identifier="lu-2"),
        funeral(START),
        Policy(format=1, channel=CHANNEL),
        small_bundle(START, pictures=(b"picture",)),
        release_of(START, package_of(b"deb")),
    )
    for number, document in enumerate(documents):
        yield bytes([number]) + compacted(document)


def pack(raw: bytes) -> bool:
    """The first byte chooses the target; whatever is believed must be what was signed."""
    target = KEPT[raw[0] % len(KEPT)] if raw else Target.BUNDLE
    try:
        verified = verify_pack(raw[1:], publisher().root_bytes, CHANNEL, target)
    except Refused:
        return False
    assert verified.content in honest_contents(), "believed, and never signed"
    return True


@cache
def honest_contents() -> frozenset[bytes]:
    """Every content that was ever signed."""
    return frozenset(path.read_bytes() for path in (publisher().site / "targets" / CHANNEL).iterdir())


def packs() -> Iterator[bytes]:
    """The pack of each target."""
    for number, target in enumerate(KEPT):
        yield bytes([number]) + publisher().pack(CHANNEL, target)


def journal(raw: bytes) -> bool:
    """A segment with these bytes: lines come in order, and a writer that opens it uses no number again."""
    folder = fuzz_folder("journal")
    try:
        (folder / "00000000.seg").write_bytes(raw)
        before = [line.n for line in JournalReader(folder).new()]
        assert before == sorted(set(before))
        writer = JournalWriter(folder, boot="after")
        fresh = writer.write(_line(), sync=False)
        writer.close()
        assert all(fresh.n > number for number in before)
        after = [line.n for line in JournalReader(folder).new()]
        assert after[: len(before)] == before
        assert fresh.n in after, "what was written after a damage can be read"
        return bool(before)
    finally:
        shutil.rmtree(folder)


def journals() -> Iterator[bytes]:
    """A short journal with synced and unsynced lines."""
    folder = fuzz_folder("journal")
    try:
        writer = JournalWriter(folder, boot="before")
        for number in range(6):
            writer.write(_line(), sync=number % 3 == 0)
        writer.close()
        yield (folder / "00000000.seg").read_bytes()
    finally:
        shutil.rmtree(folder)


def _line() -> AlertSeen:
    at = Stamp(wall=START, state=ClockState.TRUSTED, boot="before", mono=1.0)
    return AlertSeen(n=0, at=at, identity=path_for(CHANNEL, Target.ALERTS), channel=CHANNEL)


FUZZED = {
    "manifest": Fuzzed(manifest, manifests, after_first_byte(in_json)),
    "pack": Fuzzed(pack, packs, after_first_byte(in_json)),
    "journal": Fuzzed(journal, journals, in_frames),
    "delta": Fuzzed(carried.delta, carried.deltas, carried.in_delta),
    "letter": Fuzzed(carried.letter, carried.letters, after_first_byte(in_json)),
    "cap": Fuzzed(alerting.cap, alerting.caps, in_xml, cost=5),
    "stick": Fuzzed(carried.stick, carried.stick_files, after_first_byte(in_json), cost=100),
}
