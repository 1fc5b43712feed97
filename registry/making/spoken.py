"""Speech of one item: a recording where the officer gave one, else the machine's voice."""

from dataclasses import dataclass
from pathlib import Path

from bundle.asset import MAX_BLOB, Clip
from bundle.errors import refuse
from registry.making.blobs import Blobs
from registry.making.names import inside
from registry.making.speech import make_clip
from registry.making.voice import Voice


@dataclass(frozen=True)
class Speaker:
    """Makes clips for the folder's items into *blobs*."""

    folder: Path
    voice: Voice
    blobs: Blobs

    def clip(self, kind: str, audio: str | None, text: str, language: str, where: str) -> Clip:
        """The recording *audio* of ``<kind>/``, or *text* spoken; ``Refused`` when neither can be had."""
        if audio is not None:
            path = inside(self.folder / kind, audio, where)
            if path.stat().st_size > MAX_BLOB:
                raise refuse(where, f"“{audio}” quá lớn / too large", "chia thành nhiều bài / split it")
            return make_clip(path.read_bytes(), audio, where, self.blobs)
        self.voice_name(language, where)
        return make_clip(self.voice.say(text, language, where), f"{language}.wav", where, self.blobs)

    def voice_name(self, language: str, where: str) -> str:
        """Which voice reads *language*; ``Refused`` when none does."""
        name = self.voice.name(language)
        if name is None:
            what = f"máy không đọc được tiếng “{language}” / no voice for “{language}”"
            raise refuse(where, what, 'ghi âm người đọc / record a speaker: audio = "bai.wav"')
        return name
