"""The voices that read what nobody recorded: a small seam, and the programs behind it."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from bundle.errors import Refused, refuse
from bundle.items import VIETNAMESE
from registry.making.piper import PiperModel

_PATIENCE = 120
_RECORD = 'ghi âm người đọc / record a speaker: audio = "bai.wav"'


class Voice(Protocol):
    """Text to speech. Errors that may cross: ``Refused``."""

    def name(self, language: str) -> str | None:
        """The voice for *language* as a reader may read it, or None when it speaks no such language."""

    def say(self, text: str, language: str, where: str) -> bytes:
        """*text*, made of words, digits and sentence marks only, spoken as a WAV file; the same text always sounds the same."""


class EspeakVoice:
    """espeak-ng, a Debian program: works without a network and always says the same the same way."""

    def __init__(self, words_per_minute: int = 145) -> None:
        self._speed = words_per_minute

    def name(self, language: str) -> str | None:
        """Vietnamese only: espeak-ng has no Khmer or Hmong that a listener would accept."""
        return "espeak-ng vi" if language == VIETNAMESE else None

    def say(self, text: str, language: str, where: str) -> bytes:
        """*text* spoken, as a WAV file; ``Refused`` when espeak-ng is missing or fails."""
        if self.name(language) is None:
            raise no_voice(language, where)
        program = _found("espeak-ng", "apt-get install espeak-ng", where)
        # At the default amplitude of 100 its own output clips; loudness is set later anyway.
        command = [program, "-v", language, "-s", str(self._speed), "-a", "60", "-b", "1", "--stdout"]
        return _spoken(command, text, None, where)


class PiperVoice:
    """Piper, a neural voice from a file; which language it speaks stands in its own description."""

    def __init__(self, model: PiperModel, program: str = "piper") -> None:
        self._model, self._program = model, program

    def name(self, language: str) -> str | None:
        """The file's name, for the language of its description only."""
        return f"piper {self._model.name}" if language == self._model.language else None

    def say(self, text: str, language: str, where: str) -> bytes:
        """*text* spoken, as a WAV file; ``Refused`` when the program is missing or fails, or the file speaks another language."""
        if language != self._model.language:
            raise no_voice(language, where)
        program = _found(self._program, "pip install piper-tts, --piper", where)
        with TemporaryDirectory() as folder:
            result = Path(folder) / "said.wav"
            # Without its noise the voice says the same text the same way: nobody else could prove what a draft was made from.
            command = [program, "--model", str(self._model.file), "--noise_scale", "0", "--noise_w", "0", "--output_file", str(result)]
            # Older releases begin the file again with every line.
            return _spoken(command, " ".join(text.split()) + "\n", result, where)


class Voices:
    """Several voices as one: the first that speaks a language reads it."""

    def __init__(self, voices: Sequence[Voice]) -> None:
        self._voices = voices

    def name(self, language: str) -> str | None:
        """The name of the first voice for *language*."""
        voice = self._voice(language)
        return voice.name(language) if voice else None

    def say(self, text: str, language: str, where: str) -> bytes:
        """*text* by the first voice for *language*; ``Refused`` when there is none."""
        voice = self._voice(language)
        if voice is None:
            raise no_voice(language, where)
        return voice.say(text, language, where)

    def _voice(self, language: str) -> Voice | None:
        return next((voice for voice in self._voices if voice.name(language)), None)


def no_voice(language: str, where: str) -> Refused:
    """The refusal for a *language* that no voice speaks."""
    return refuse(where, f"máy không đọc được tiếng “{language}” / no voice for “{language}”", _RECORD)


def _found(program: str, install: str, where: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise refuse(where, f"không có {program} để đọc / {program} is missing", f"{install}, hoặc / or {_RECORD}")
    return path


def _spoken(command: Sequence[str], text: str, result: Path | None, where: str) -> bytes:
    """What *command* makes of *text* on its standard input: the file *result*, or its standard output."""
    name = Path(command[0]).name
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=False, timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        raise refuse(where, f"{name} không xong sau {_PATIENCE} giây / did not finish", "chia bài ngắn hơn / split the text") from None
    except OSError as problem:
        raise refuse(where, f"{name} không chạy được / does not start: {problem.strerror}", f"cài lại, hoặc / or {_RECORD}") from None
    data = done.stdout if result is None else result.read_bytes() if result.is_file() else b""
    # A header alone is no speech.
    if done.returncode or len(data) <= 44:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or [""]
        raise refuse(where, f"{name} không đọc được / could not speak: {lines[-1][:200]}", f"sửa bài / edit the text, hoặc / or {_RECORD}")
    return data
