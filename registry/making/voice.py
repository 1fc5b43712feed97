"""The voice that reads announcements nobody recorded: a small seam, and espeak-ng behind it."""

import re
import shutil
import subprocess
from typing import Protocol

from bundle.errors import refuse
from bundle.items import VIETNAMESE

_ABBREVIATIONS = {
    "UBND": "Ủy ban nhân dân",
    "HĐND": "Hội đồng nhân dân",
    "MTTQ": "Mặt trận Tổ quốc",
    "BHYT": "bảo hiểm y tế",
    "BHXH": "bảo hiểm xã hội",
    "CCCD": "căn cước công dân",
    "HTX": "hợp tác xã",
    "SĐT": "số điện thoại",
    "PCTT": "phòng chống thiên tai",
    "PCCC": "phòng cháy chữa cháy",
    "THPT": "trung học phổ thông",
    "THCS": "trung học cơ sở",
    "QR": "quy e-rờ",
    "OTP": "ô tê pê",
}
_PATIENCE = 120
_ABBREVIATION = re.compile(r"\b(" + "|".join(_ABBREVIATIONS) + r")\b")
# Without the stop that ends the sentence; "example" because invented addresses must not be read aloud either.
_URL = re.compile(
    r"(?:https?://|www\.|\b[\w.+-]+@[\w-]+\.|\b(?:[a-z0-9-]+\.)+(?:vn|com|net|org|info|example)\b)(?:\S*[^\s.,;:!?)])?", re.IGNORECASE
)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ENTRY = re.compile(r"^[ \t]*(?:[-*+]|\d+\.)[ \t]+", re.MULTILINE)
_MARKS = re.compile(r"^[ \t]*(?:#+|>)[ \t]+|[*_`|]+|-{3,}", re.MULTILINE)
_CRIES = ("!", "?")
_PAUSE = re.compile(r"([.,:;!?]*)\s*\n\s*\n\s*")
_CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:h]([0-5]\d)\b|\b([01]?\d|2[0-3])h\b")
_DATE = re.compile(r"\b(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])(?:/(\d{4}))?\b(?!/)")
_RESCUE = re.compile(r"\b(?:gọi|hoặc|số)\s+(11[1-5])\b", re.IGNORECASE)
_PHONE = re.compile(r"\b0\d{1,3}(?:[ .]?\d{3}){2,3}\b|\b0\d{2,4}[ .]\d{3}[ .]\d{2,4}\b")


class Voice(Protocol):
    """Text to speech. Errors that may cross: ``Refused``."""

    def name(self, language: str) -> str | None:
        """The voice for *language* as a reader may read it, or None when it speaks no such language."""

    def say(self, text: str, language: str, where: str) -> bytes:
        """*text* spoken, as a WAV file."""


class EspeakVoice:
    """espeak-ng, a Debian program: works without a network and always says the same the same way."""

    def __init__(self, words_per_minute: int = 145) -> None:
        self._speed = words_per_minute

    def name(self, language: str) -> str | None:
        """Vietnamese only: espeak-ng has no Khmer or Hmong that a listener would accept."""
        return "espeak-ng vi" if language == VIETNAMESE else None

    def say(self, text: str, language: str, where: str) -> bytes:
        """*text* spoken, as a WAV file; ``Refused`` when espeak-ng is missing or fails."""
        program = shutil.which("espeak-ng")
        if program is None:
            raise refuse(
                where, "không có espeak-ng để đọc / espeak-ng is missing", "apt-get install espeak-ng, hoặc ghi âm / or record: audio ="
            )
        # At the default amplitude of 100 its own output clips; loudness is set later anyway.
        command = [program, "-v", language, "-s", str(self._speed), "-a", "60", "-b", "1", "--stdout"]
        try:
            done = subprocess.run(command, input=speakable(text).encode(), capture_output=True, check=False, timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            what = f"espeak-ng không xong sau {_PATIENCE} giây / did not finish"
            raise refuse(where, what, "chia bài ngắn hơn / split the text") from None
        if done.returncode or len(done.stdout) <= 44:
            reason = done.stderr.decode(errors="replace").strip()[:200]
            raise refuse(
                where, f"espeak-ng không đọc được / could not speak: {reason}", "sửa bài, hoặc ghi âm / edit the text, or record it"
            )
        return done.stdout


def speakable(text: str) -> str:
    """*text* as it should be read aloud: no marks or addresses, abbreviations and times in full, numbers to dial digit by digit."""
    text = _URL.sub("", _LINK.sub(r"\1", text))
    text = _MARKS.sub(" ", _ENTRY.sub("\n", text))
    text = _ABBREVIATION.sub(lambda found: _ABBREVIATIONS[found[1]], text)
    text = _PHONE.sub(lambda found: ", " + " ".join(re.sub(r"\D", "", found[0])) + ",", text)
    text = _RESCUE.sub(lambda found: found[0].removesuffix(found[1]) + " ".join(found[1]), text)
    text = _CLOCK.sub(_hour, text)
    text = _DATE.sub(lambda found: f"{int(found[1])} tháng {int(found[2])}" + (f" năm {found[3]}" if found[3] else ""), text)
    text = _PAUSE.sub(lambda found: f"{found[1][-1]}\n" if found[1].endswith(_CRIES) else ".\n", text.strip())
    return re.sub(r" (?=[.,:;!?])", "", re.sub(r"[ \t]+", " ", text)).strip()


def _hour(found: re.Match[str]) -> str:
    minutes = int(found[2] or 0)
    return f"{int(found[1] or found[3])} giờ" + (f" {minutes} phút" if minutes else "")
