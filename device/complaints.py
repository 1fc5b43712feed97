"""What is wrong in a file of settings, told to whoever wrote it: the place, what was expected, and what was probably meant."""

import difflib
import re
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bundle.errors import Complaint

_USER = re.compile(r"(?<=://)[^/@\s\"']+@")


def complaint(path: Path, error: ErrorDetails, model: type[BaseModel]) -> Complaint:
    """The sentence for one *error* that *model* found in the file at *path*."""
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in error["loc"]) or path.name
    where = f"{path}: {place}"
    match error["type"]:
        case "extra_forbidden":
            return Complaint(
                where, "không có mục này / there is no such setting", _did_you_mean(str(error["loc"][-1]), _names(model, error["loc"][:-1]))
            )
        case "missing":
            return Complaint(where, "thiếu mục này / this setting is missing", "thêm vào / add it")
        case "enum":
            known = [word.strip("' ") for word in str(error.get("ctx", {}).get("expected", "")).replace(" or ", ",").split(",")]
            return Complaint(where, f"giá trị lạ / unknown value {error['input']!r}", _did_you_mean(str(error["input"]), known))
        case _:
            return Complaint(where, f"sai giá trị / wrong value {_short(error['input'])}: {error['msg']}")


def _did_you_mean(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if close:
        return f"có phải là {close[0]!r}? / did you mean {close[0]!r}?"
    return f"chọn một trong / choose one of: {', '.join(known)}"


def _names(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """The settings that exist at *place*."""
    for part in place:
        if isinstance(part, str):
            model = _inner(model.model_fields[part].annotation) or model
    return list(model.model_fields)


def _inner(annotation: Any) -> type[BaseModel] | None:
    """The model in *annotation*, which may stand in a tuple or be missing."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _inner(each))), None)


def _short(value: Any) -> str:
    # A complaint stands on the board: whoever typed a password into an address did not mean to show it there.
    text = _USER.sub("•••@", repr(value))
    return text if len(text) <= 60 else text[:57] + "..."
