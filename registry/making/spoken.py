"""Speech of one item: a recording where the officer gave one, else the machine's voice; what was done to it is kept for its readers."""

from dataclasses import dataclass, field
from pathlib import Path

from bundle.asset import MAX_BLOB, Clip
from bundle.errors import Refused, refuse
from registry.making.blobs import Blobs
from registry.making.lexicon import Lexicon, house_lexicon
from registry.making.names import inside
from registry.making.review import Heard, Review
from registry.making.sound.drawing import wave_picture
from registry.making.sound.limits import SoundLimits
from registry.making.sound.recording import decode, read_recording
from registry.making.sound.restoring import for_horns, restored
from registry.making.sound.trimming import trimmed
from registry.making.speech import make_clip
from registry.making.voice import Voice, no_voice
from registry.making.words import speakable, unknown_abbreviations


@dataclass(frozen=True)
class Words:
    """What is to be said: *text* in *language*, or the recording *audio* of it in folder *kind*; *where* its writer finds it.

    *title* and *reviewer* are for those who answer for it; *music* is a recording that need not hold speech.
    """

    kind: str
    audio: str | None
    text: str
    language: str
    where: str
    title: str
    reviewer: str
    music: bool = False


@dataclass(frozen=True)
class Speaker:
    """Makes clips for the folder's items into *blobs*, and tells *review* what was said and mended."""

    folder: Path
    voice: Voice
    blobs: Blobs
    limits: SoundLimits = field(default_factory=SoundLimits)
    lexicon: Lexicon = field(default_factory=house_lexicon)
    review: Review = field(default_factory=Review)

    def clip(self, words: Words) -> Clip:
        """*words* as a clip; ``Refused`` when they can neither be read nor are recorded well enough."""
        return self._read_aloud(words) if words.audio is None else self._recorded(words, words.audio)

    def _recorded(self, words: Words, audio: str) -> Clip:
        path = inside(self.folder / words.kind, audio, words.where)
        if path.stat().st_size > MAX_BLOB:
            raise refuse(words.where, f"“{audio}” quá lớn / too large", "chia thành nhiều bài / split it")
        made = restored(read_recording(path.read_bytes(), audio, words.where), self.limits, words.music)
        picture = wave_picture(made.before, made.samples[: 0 if made.refused else None], made.begins, made.remarks)
        remarks = tuple(made.remarks)
        self.review.add(Heard(words.where, words.title, words.reviewer, audio, remarks=remarks, picture=picture))
        if made.refused:
            raise Refused(*(remark.complaint(words.where, audio) for remark in made.refused))
        clip = make_clip(made.samples, audio, words.where, self.blobs, self.limits)
        self.review.finished(clip)
        return clip

    def _read_aloud(self, words: Words) -> Clip:
        voice = self.voice_name(words.language, words.where)
        said = speakable(words.text, words.language, self.lexicon)
        if not said:
            raise refuse(words.where, "không có lời nào để đọc / no words to speak", "viết lời phát / write what is to be said")
        guessed = tuple(unknown_abbreviations(words.text, words.language, self.lexicon))
        self.review.add(Heard(words.where, words.title, words.reviewer, voice, said=said, guessed=guessed))
        spoken, _ = trimmed(for_horns(decode(self.voice.say(said, words.language, words.where), f"{words.language}.wav", words.where)))
        clip = make_clip(spoken, voice, words.where, self.blobs, self.limits)
        self.review.finished(clip)
        return clip

    def voice_of(self, words: Words, person: str | None) -> str:
        """Who or what speaks *words*, as it stands in the signed bundle; *person* is who speaks in a recording."""
        return self.voice_name(words.language, words.where) if words.audio is None else person or "ghi âm"

    def voice_name(self, language: str, where: str) -> str:
        """Which voice reads *language*; ``Refused`` when none does."""
        name = self.voice.name(language)
        if name is None:
            raise no_voice(language, where)
        return name
