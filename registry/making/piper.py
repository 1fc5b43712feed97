"""A voice file of Piper and the description beside it: which language it speaks."""

import json
from dataclasses import dataclass
from pathlib import Path

from bundle.errors import refuse

_TWO = "cần hai tệp cạnh nhau / two files side by side: giong.onnx, giong.onnx.json"
_LARGEST_DESCRIPTION = 1024 * 1024


@dataclass(frozen=True)
class PiperModel:
    """*file* speaks *language*; *name* is the file's without its suffix."""

    file: Path
    language: str

    @property
    def name(self) -> str:
        """How a reader knows the voice."""
        return self.file.stem


def read_model(file: Path) -> PiperModel:
    """The voice in *file*, ``<name>.onnx`` with ``<name>.onnx.json`` beside it; ``Refused`` when one is missing or not understood.

    The description is that of the Piper project: ``language.family`` is the language, ``espeak.voice`` where that is missing.
    """
    description = file.with_name(f"{file.name}.json")
    for path in (file, description):
        if not path.is_file():
            raise refuse(str(path), "không có tệp giọng đọc này / this voice file is missing", _TWO)
    try:
        if description.stat().st_size > _LARGEST_DESCRIPTION:
            raise ValueError(f"{description.stat().st_size} bytes")
        said = json.loads(description.read_text(encoding="utf-8"))
        language = said["language"]["family"] if "language" in said else said["espeak"]["voice"].partition("-")[0]
        if not isinstance(language, str) or not language.isalpha():
            raise ValueError("language")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise refuse(str(description), f"không đọc được mô tả giọng / not a voice's description: {problem}", _TWO) from None
    return PiperModel(file, language)
