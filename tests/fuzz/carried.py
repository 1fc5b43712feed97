"""What comes by way of a courier, fuzzed: deltas, letters and their answers, and whole sticks with one strange file."""

import asyncio
import shutil
import struct
import tempfile
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random

from agent.compose import report, sketch
from agent.courier.importing import import_channel, read_claim
from agent.courier.mounts import read_mounts, sticks
from agent.courier.sentences import Import
from agent.pull import Checked, Source, check_channel
from agent.pull.shelving import pack_path
from bundle.errors import Refused
from bundle.parse import parse
from bundle.trust import KEPT, verify_pack
from bundle.trust.delta import apply_delta, make_delta
from director.moment import Moment
from evidence.packing import deflated
from evidence.records import ClockState
from evidence.report import Report, StickAcknowledgement
from evidence.sealing import new_sealing_key, seal, sealing_jwk, unseal
from evidence.signing import new_key
from evidence.travelling import signed
from registry.fleet import intake
from tests.fuzz.world import UNIT, compacted, fuzz_folder, publisher
from tests.simulators.content import CHANNEL, small_bundle
from tests.simulators.courier import stick_of
from tests.simulators.publisher import START
from tests.simulators.village import Village

OLD = b"".join(compacted(small_bundle(START, title=f"Tin {n}")) for n in range(60))
NEW = OLD[:9_000] + b"one changed notice" + OLD[9_100:]


def delta(raw: bytes) -> bool:
    """Whatever it holds, no more is unpacked than was signed for, and only the right document passes its hash."""
    made = apply_delta(OLD, raw, len(NEW))
    assert made is None or len(made) == len(NEW)
    return made is not None and sha256(made).digest() == sha256(NEW).digest()


def deltas() -> Iterator[bytes]:
    """The honest one."""
    yield make_delta(OLD, NEW)


def in_delta(raw: bytes, draw: Random) -> bytes:
    """Another place or size in one of the heads, or segments dropped, repeated, exchanged."""
    segments, at = list[bytes](), 0
    while at + 8 <= len(raw):
        size = struct.unpack_from(">I", raw, at + 4)[0]
        segments.append(raw[at : at + 8 + size])
        at += 8 + size
    if segments:
        place = draw.randrange(len(segments))
        match draw.randrange(4):
            case 0:
                segments[place] = struct.pack(">I", draw.choice((0, 1, len(OLD), 2**32 - 1, draw.randrange(2**32)))) + segments[place][4:]
            case 1:
                segments[place] = segments[place][:4] + struct.pack(">I", draw.randrange(200)) + segments[place][8:]
            case 2:
                del segments[place]
            case _:
                segments.insert(draw.randrange(len(segments)), segments[place])
    return b"".join(segments)


@cache
def registry_key() -> bytes:
    """The key that letters are sealed for."""
    return new_sealing_key()


def letter(raw: bytes) -> bool:
    """The first byte says which layer of a letter, of its answer, or of a stick's own description the rest is."""
    layer, rest = (raw[0] % 6, raw[1:]) if raw else (0, b"")
    text = rest.decode("ascii", "replace")
    try:
        match layer:
            case 0:
                return bool(unseal(text.strip(), registry_key()))
            case 1:
                return bool(intake.read_claim(0, text).unit)
            case 2:
                return bool(parse(Report, intake.inflated(b"\x01" + rest, "report", intake.MAX_BODY), "report", intake.MAX_BODY))
            case 3:
                return bool(parse(StickAcknowledgement, rest, "ack", 16 * 1024))
            case 4:
                return read_claim(rest) is not None
            case _:
                return bool(sticks(read_mounts(rest.decode("utf-8", "replace")), ("/media",)))
    except Refused:
        return False


def letters() -> Iterator[bytes]:
    """One of each layer."""
    told = report(UNIT, Moment(START, ClockState.TRUSTED, "boot-1", 1.0), 1, sketch(()), ())
    token = signed(told, new_key())
    yield b"\x00" + seal(token.encode(), sealing_jwk(registry_key())).encode()
    yield b"\x01" + token.encode()
    yield b"\x02" + deflated(told.model_dump_json().encode())[1:]
    yield b"\x03" + StickAcknowledgement(unit="loa-01", thumbprint="x" * 43, kept={"display": 7}).model_dump_json().encode()
    yield b"\x04" + publisher().tree.metadata(CHANNEL, "timestamp").read_bytes()
    yield b"\x05" + rb"36 25 8:1 / /media/USB\040stick rw,nosuid shared:1 - vfat /dev/sda1 rw,fmask=0022"


@cache
def home() -> Path:
    """A folder with an honest stick and the state of a unit that has seen an earlier one."""
    made = fuzz_folder("stick")
    stick_of(publisher(), made / "stick", CHANNEL)
    unit = Village(made, publisher())
    assert asyncio.run(unit.look()).refusals == ()
    return made


@cache
def files() -> tuple[Path, ...]:
    """The files of the stick that the unit reads."""
    return tuple(sorted(path for path in (home() / "stick/bangtin/content").rglob("*") if path.is_file()))


def stick(raw: bytes) -> bool:
    """The first byte chooses the file that the rest replaces; a new unit (even lengths) takes the honest, an old one loses nothing."""
    path = files()[raw[0] % len(files())] if raw else files()[0]
    honest = path.read_bytes()
    path.write_bytes(raw[1:])
    try:
        return _import(new=len(raw) % 2 == 0)
    finally:
        path.write_bytes(honest)


def _import(new: bool) -> bool:
    """Whether the unit took all of it; whatever is on its shelf afterwards was signed."""
    folder = Path(tempfile.mkdtemp(dir=home()))
    try:
        if not new:
            shutil.copytree(home() / "unit", folder / "unit")
        unit, moment = Village(folder, publisher()), Moment(publisher().now, ClockState.TRUSTED, "boot-1", 1.0)

        async def look(channel: str, source: Source) -> Checked:
            return await check_channel(source, unit.paths, channel, publisher().root_bytes, moment)

        outcome, checked = asyncio.run(import_channel(home() / "stick", unit.paths, CHANNEL, moment, look))
        for target in KEPT:
            shelved = pack_path(unit.paths.shelf, CHANNEL, target)
            assert shelved.exists() or new, "what it had is there"
            if shelved.exists():
                verify_pack(shelved.read_bytes(), publisher().root_bytes, CHANNEL, target)
        unit.on_air()
        return outcome in (Import.UPDATED, Import.NOTHING_NEW) and not checked.refusals
    finally:
        shutil.rmtree(folder)


def stick_files() -> Iterator[bytes]:
    """Each file as it is."""
    for number, path in enumerate(files()):
        yield bytes([number]) + path.read_bytes()
