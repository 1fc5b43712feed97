"""An officer's folder that is sound as it stands, for tests to spoil, and media made by the libraries themselves."""

import io
import wave
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cairocffi
import numpy as np
import pytest

from bundle.asset import Clip, blob_path
from bundle.errors import Refused
from registry.making.draft import Draft, make_draft
from registry.making.sound.recording import decode
from registry.making.sound.remarks import Fault, Remark
from registry.making.spoken import Speaker, Words

RATE = 48_000
MADE = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)

PROGRAMME = """format = 1
channel = "vn.20.06001"
title = "Bảng tin xã Mẫu"
area_name = "Xã Mẫu"
contact = "Trụ sở xã"
issuing_body = "Ủy ban nhân dân xã Mẫu"
author = "Lò Văn Mẫu"
approver = "Vi Thị Dụ"
"""
SESSION = """
[[session]]
id = "buoi-sang"
title = "Buổi sáng"
start = 2026-11-23T06:00:00
rule = "FREQ=DAILY"
order = ["loi-chao"]
"""
NOTICE = '+++\ntitle = "Họp thôn"\n+++\nMời bà con họp lúc 19 giờ.\n'
SPOKEN = '+++\ntitle = "Lời chào"\nreviewer = "Vi Thị Dụ"\naudio = "chao.wav"\n+++\nXin chào bà con.\n'


def wav(samples: np.ndarray, rate: int = RATE) -> bytes:
    """Samples of shape (n,) or (n, channels), -1 to 1, as a 16-bit WAV file."""
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1 if samples.ndim == 1 else samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return data.getvalue()


def sine(hertz: float, seconds: float, level: float = 0.3, rate: int = RATE) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def babble(seconds: float, level: float = 0.2) -> np.ndarray:
    """Something with the ups and downs of speech: noise in syllables of a quarter of a second."""
    noise = np.random.default_rng(7).normal(0, level, round(seconds * RATE))
    return (noise * (0.15 + 0.85 * np.abs(np.sin(2 * np.pi * 2 * np.arange(len(noise)) / RATE)))).astype(np.float32)


def pdf(path: Path, pages: int, size: tuple[float, float] = (842, 474)) -> None:
    surface = cairocffi.PDFSurface(str(path), *size)
    context = cairocffi.Context(surface)
    for number in range(pages):
        context.rectangle(50, 50, 100 + 100 * number, 100)
        context.fill()
        context.show_page()
    surface.finish()


@dataclass(frozen=True)
class Recorder:
    """Hands files of an officer to *speaker*, one at a time."""

    speaker: Speaker

    def clip(self, data: bytes, name: str = "a.wav", music: bool = False) -> Clip:
        path = self.speaker.folder / "announcements" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return self.speaker.clip(Words("announcements", name, "", "vi", "x", "Bài", "Vi Thị Dụ", music))

    def told(self) -> dict[Fault, Remark]:
        """What was remarked of the last file."""
        return {remark.fault: remark for remark in self.speaker.review.heard[-1].remarks}

    def heard(self, clip: Clip) -> np.ndarray:
        """A clip as a unit decodes it."""
        return decode((self.speaker.blobs.root / blob_path(clip.sha256)).read_bytes(), "clip.ogg", "clip")


@dataclass(frozen=True)
class Office:
    """The folder of one commune and where its drafts go."""

    folder: Path
    out: Path

    def write(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def draft(self, **options) -> Draft:
        return make_draft(self.folder, self.out, MADE, 1, lambda line: None, **options)

    def told(self, **options) -> list[str]:
        """The lines that an officer reads while a draft is made."""
        lines: list[str] = []
        make_draft(self.folder, self.out, MADE, 1, lines.append, **options)
        return lines

    def complaints(self, **options) -> dict[str, str]:
        """The place of every complaint and what it says, with its advice."""
        with pytest.raises(Refused) as refused:
            self.draft(**options)
        return {complaint.where: f"{complaint.what} → {complaint.do}" for complaint in refused.value.complaints}
