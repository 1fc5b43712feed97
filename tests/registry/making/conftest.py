"""The folder of an office, fresh for each test, and the blobs that were made."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from registry.making.blobs import Blobs
from registry.making.spoken import Speaker
from registry.making.voice import EspeakVoice
from tests.registry.making.officework import NOTICE, PROGRAMME, SESSION, SPOKEN, Office, Recorder, babble, wav


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path / "xa-mau", tmp_path / "draft")
    made.write("programme.toml", PROGRAMME + SESSION)
    made.write("notices/hop-thon.vi.md", NOTICE)
    made.write("announcements/loi-chao.vi.md", SPOKEN)
    made.write("announcements/chao.wav", wav(babble(1.5)))
    return made


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs-of-test")


@pytest.fixture
def recorded(tmp_path: Path, blobs: Blobs) -> Recorder:
    return Recorder(Speaker(tmp_path, EspeakVoice(), blobs))


@pytest.fixture
def opened(blobs: Blobs) -> Callable[[str], Image.Image]:
    """A kept picture by its SHA-256, read as a unit reads it."""

    def read(sha256: str) -> Image.Image:
        image = Image.open(blobs.root / "blobs" / "sha256" / sha256[:2] / sha256)
        image.load()
        return image

    return read
