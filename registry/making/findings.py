"""Every fault of an officer's folder, collected and told at once, in Vietnamese first and English second."""

from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from bundle.errors import Complaint, Refused

_WORDS = {
    "missing": ("thiếu mục này", "missing", "thêm dòng này vào tệp / add this line to the file"),
    "bool_type": ("phải là true hoặc false", "must be true or false", "viết true hoặc false, không có dấu nháy / without quotes"),
    "string_type": ("phải là chữ", "must be text", "đặt trong dấu nháy kép / put it in double quotes"),
    "int_type": ("phải là số nguyên", "must be a whole number", "viết số, không có dấu nháy / without quotes"),
    "float_type": ("phải là số", "must be a number", "viết số, không có dấu nháy / without quotes"),
    "list_type": ("phải là danh sách", "must be a list", 'viết trong ngoặc vuông / in square brackets: ["a", "b"]'),
    "datetime_type": ("phải là ngày giờ", "must be a date and time", "viết không có dấu nháy / without quotes: 2026-12-31T06:00:00"),
    "date_type": ("phải là ngày", "must be a date", "viết không có dấu nháy / without quotes: 2026-12-31"),
    "string_too_long": ("dài quá", "too long", "viết ngắn lại / shorten it"),
    "string_too_short": ("để trống", "empty", "điền vào / fill it in"),
    "too_long": ("nhiều quá", "too many", "bớt đi / give fewer"),
    "too_short": ("để trống", "empty", "điền ít nhất một / give at least one"),
    "enum": ("không phải từ cho phép", "not one of the allowed words", "viết một trong / write one of: {expected}"),
    "literal_error": ("không phải giá trị cho phép", "not the allowed value", "viết / write: {expected}"),
    "string_pattern_mismatch": ("viết không đúng dạng", "not in the right form", "mẫu / pattern: {pattern}"),
    "greater_than": ("nhỏ quá", "too small", "phải lớn hơn / more than {gt}"),
    "greater_than_equal": ("nhỏ quá", "too small", "ít nhất / at least {ge}"),
    "less_than": ("lớn quá", "too large", "phải nhỏ hơn / less than {lt}"),
    "less_than_equal": ("lớn quá", "too large", "nhiều nhất / at most {le}"),
}


class Findings:
    """A growing list of complaints; `refuse` raises them together, or does nothing when there are none."""

    def __init__(self) -> None:
        self._found: list[Complaint] = []

    def add(self, where: str, what: str, do: str = "") -> None:
        """One more fault."""
        self._found.append(Complaint(where, what, do))

    def take(self, refused: Refused) -> None:
        """The faults of a refusal that was raised deeper down."""
        self._found.extend(refused.complaints)

    def take_invalid(self, problem: ValidationError, where: str, model: type[BaseModel]) -> None:
        """The faults of a file that does not fit its *model*, with "did you mean" for a misspelt key."""
        errors = problem.errors(include_url=False, include_input=False)
        # A value that fits none of a union's members is one fault to its writer, not one per member.
        seen: set[str] = set()
        # A misspelt key is one fault to its writer: that the right one is missing need not be said beside it.
        meant = {loc for error in errors if error["type"] == "extra_forbidden" and (loc := _meant(error["loc"], model))}
        for error in errors:
            if error["type"] == "missing" and error["loc"] in meant:
                continue
            loc = error["loc"] if error["type"] == "extra_forbidden" else _without_members(error["loc"])
            place = f"{where}: {_dotted(loc)}" if loc else where
            if place not in seen:
                self._found.append(_explained(error, place, loc, model))
            seen.add(place)

    def __bool__(self) -> bool:
        return bool(self._found)

    def all(self) -> tuple[Complaint, ...]:
        """What was found so far, each once, in the order of the places."""
        return tuple(sorted(set(self._found)))

    def refused(self) -> Refused:
        """All complaints in the order of their places, ready to raise; there must be some."""
        return Refused(*self.all())

    def refuse(self) -> None:
        """Raise them, if there are any."""
        if self._found:
            raise self.refused()


def did_you_mean(word: str, known: list[str]) -> str:
    """The advice for an unknown *word*: the nearest known one, else all of them."""
    near = _nearest(word, known)
    if near:
        return f"có phải “{near}”? / did you mean “{near}”?"
    return "các mục dùng được / known: " + ", ".join(known)


def _nearest(word: str, known: list[str]) -> str | None:
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.6)), None)


def _meant(loc: tuple[int | str, ...], model: type[BaseModel]) -> tuple[int | str, ...] | None:
    """Where the key belongs that was probably meant by the unknown one at *loc*."""
    near = _nearest(str(loc[-1]), _keys(_model_at(model, loc[:-1])))
    return (*loc[:-1], near) if near else None


def _explained(error: Any, place: str, loc: tuple[int | str, ...], model: type[BaseModel]) -> Complaint:
    kind = error["type"]
    if kind == "extra_forbidden":
        return Complaint(place, "không có mục này / unknown key", did_you_mean(str(loc[-1]), _keys(_model_at(model, loc[:-1]))))
    if kind in _WORDS:
        vietnamese, english, advice = _WORDS[kind]
        facts = error.get("ctx", {})
        limit = facts.get("max_length")
        unit = "mục / entries" if kind == "too_long" else "ký tự / characters"
        bound = f" (tối đa / at most {limit} {unit})" if limit else ""
        return Complaint(place, f"{vietnamese} / {english}{bound}", advice.format_map(facts) if "{" in advice else advice)
    return Complaint(place, f"giá trị không hợp lệ / not valid: {error['msg']}", "sửa giá trị / correct the value")


def _without_members(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Pydantic names the tried member of a union in the place; the writer of the file never wrote it."""
    return tuple(part for part in loc if part not in ("datetime", "date", "[key]"))


def _dotted(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> type[BaseModel]:
    for part in loc:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if part in fields:
            model = _model_in(fields[str(part)].annotation) or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)
