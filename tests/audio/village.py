"""A unit with a loudspeaker in a folder: signed packs of recordings whose every sample is known, and its real programs."""

import io
import wave
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from audio.driver.ring import RATE
from bundle.asset import Clip, MediaType, blob_path
from bundle.items import Announcement, Item, Session, Spoken
from bundle.schedule import Schedule
from bundle.trust import Target
from device.journal import JournalReader
from device.status import read_status
from device.unit import UnitRecord, write_unit
from evidence.records import Outcome, Record, Sounded
from evidence.report import Sounding
from tests.audio.conftest import Bench, until
from tests.simulators.content import CHANNEL, PROVENANCE, flood_alert, small_bundle
from tests.simulators.publisher import START, Publisher


def tone(seconds: float, level: float = 0.3, hertz: float = 440.0) -> Any:
    """A steady tone that is loud from its first sample to its last, so that a cut word or a gap shows."""
    at = np.arange(round(seconds * RATE)) / RATE
    return (np.sin(2 * np.pi * hertz * at + np.pi / 2) * level * 32767).astype(np.int16)


def wav(samples: Any) -> bytes:
    """*samples* as a WAV file's bytes."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def clip_of(blob: bytes, sha256: str, seconds: float, gain: float = 0.0) -> Clip:
    return Clip(sha256=sha256, size=len(blob), media=MediaType.OPUS, duration=seconds, loudness=-16.0, true_peak=-1.0, gain=gain)


class Village:
    """One enrolled unit; `now` is its shifted clock, which starts at START."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench, self.paths = bench, bench.paths
        self.publisher = Publisher(folder)
        self.shift = START + timedelta(hours=1) - datetime.now(UTC)
        self.publisher.now = self.now()
        self.paths.run.mkdir(parents=True, exist_ok=True)
        self.paths.clock_offset.write_text(str(self.shift.total_seconds()))
        self.paths.state.mkdir(parents=True, exist_ok=True)
        self.paths.root_json.write_bytes(self.publisher.root_bytes)
        record = UnitRecord(
            unit="loa-1",
            registry="http://127.0.0.1:1",
            content="http://127.0.0.1:1",
            place=f"{CHANNEL}.01",
            place_name="Bản Mẫu",
            channels=(CHANNEL,),
            languages=("vi",),
            enrolled_at=START,
            confirmed=START,
            root_fingerprint="0" * 64,
        )
        write_unit(self.paths, record)
        self.due: datetime | None = None
        self.hashes: list[str] = []
        self._reader = JournalReader(self.paths.journal("audio"))
        self.lines: list[Record] = []

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def put(self, target: Target, fast: bool = False) -> None:
        """Lay the newest pack of *target* on the shelf, or where what is urgent lies before any card has it."""
        path = (self.paths.fast if fast else self.paths.shelf) / CHANNEL / f"{target}.pack"
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(path.name + ".new")
        new.write_bytes(self.publisher.pack(CHANNEL, target))
        new.rename(path)

    def blob(self, blob: bytes) -> str:
        sha256 = self.publisher.add_blob(blob)
        path = self.paths.shelf / blob_path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(blob)
        return sha256

    def plan_session(self, recordings: Sequence[Any], after: float = 4.0, encoded: float = 2.0, **fields: Any) -> None:
        """A session of *recordings* (samples each, or files of *encoded* seconds); its first sample is due *after* seconds from now."""
        due = self.due = (self.now() + timedelta(seconds=after + 1)).replace(microsecond=0)
        announcements = [self.announcement(f"bai-{number}", samples, encoded) for number, samples in enumerate(recordings, 1)]
        self.hashes = [each.versions[0].clip.sha256 for each in announcements]
        self.publish(announcements, [self.session("buoi-sang", due, announcements, **fields)])

    def announcement(self, name: str, recording: Any, encoded: float = 2.0, gain: float = 0.0, **fields: Any) -> Announcement:
        """*recording* is samples, or a file of *encoded* seconds; *gain* in dB is signed with it."""
        known = isinstance(recording, np.ndarray)
        blob = wav(recording) if known else recording
        clip = clip_of(blob, self.blob(blob), len(recording) / RATE if known else encoded, gain)
        spoken = Spoken(language="vi", title=name, body="Lời.", clip=clip, voice="may", reviewer="Lò Thị Mây")
        return Announcement(id=name, provenance=PROVENANCE, versions=(spoken,), **fields)

    def session(self, name: str, due: datetime, items: Sequence[Item], maximum: float = 600.0, **fields: Any) -> Session:
        """The *items* in their order, the first sample of the first at *due*."""
        return Session(
            id=name,
            provenance=PROVENANCE,
            title="Buổi phát",
            schedule=Schedule(start=(due + timedelta(hours=7)).replace(tzinfo=None)),
            order=tuple(item.id for item in items),
            maximum=maximum,
            **fields,
        )

    def publish(self, announcements: Sequence[Announcement], sessions: Sequence[Session], version: int = 1) -> None:
        """Sign them and put them on the unit's shelf."""
        content = {"version": version, "announcements": tuple(announcements), "sessions": tuple(sessions)}
        bundle = small_bundle(self.publisher.now).model_copy(update=content)
        self.publisher.release_bundle(CHANNEL, bundle, at=self.now())
        self.put(Target.BUNDLE)

    def raise_alert(self, samples: Any) -> Any:
        """An emergency, now."""
        blob = wav(samples)
        self.blob(blob)
        alerts = flood_alert(self.now(), speech=blob)
        self.publisher.release_alerts(CHANNEL, alerts, at=self.now())
        self.put(Target.ALERTS)
        return alerts

    def start(self) -> Any:
        self.bench.start_amplifier()
        return self.start_voice()

    def start_voice(self) -> Any:
        return self.bench.start("audio.main")

    def sounded(self) -> list[Sounded]:
        """The voice's journal so far."""
        self.lines += self._reader.new()
        return [line for line in self.lines if isinstance(line, Sounded)]

    def outcome(self, item: str, outcome: Outcome) -> Sounded:
        """The line that says that *item* came to *outcome*, as soon as it is written."""
        found: Sounded = until(
            lambda: next((s for s in self.sounded() if item in s.occurrence and s.outcome is outcome), None), f"{item} {outcome}"
        )
        return found

    def sounding(self) -> Sounding | None:
        """What the voice says is leaving the loudspeaker now."""
        status = read_status(self.paths, "audio")
        return status.sounding if status else None

    def children(self) -> dict[str, list[Any]]:
        """Under "sound" and "decode", these processes of the running voice."""
        import psutil

        voice = self.bench.processes[-1].pid
        found: dict[str, list[Any]] = {"sound": [], "decode": []}
        for child in psutil.Process(voice).children(recursive=True):
            line = " ".join(child.cmdline())
            found["sound" if "audio.driver.sound_process" in line else "decode"].append(child)
        return found
