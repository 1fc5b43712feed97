"""From a folder to its parsed source: every file is read and every fault told at once, before any media is made."""

import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from bundle.errors import Refused, refuse
from bundle.items import VIETNAMESE
from registry.making.film.films import SUFFIXES as FILMS
from registry.making.findings import Findings, did_you_mean
from registry.making.letters.spots import Within, found_in
from registry.making.lexicon import Lexicon
from registry.making.markup import check_markup
from registry.making.names import files_in, is_versioned, slug_of, versioned
from registry.making.source import (
    AlertFile,
    AnnouncementHead,
    Body,
    NoticeHead,
    PhraseHead,
    ProgrammeFile,
    Speech,
    SpokenHead,
    VersionHead,
)
from registry.making.texts import check_letters, check_strings, read_text

FOLDERS = ["notices", "announcements", "phrases", "alerts", "pictures"]
_RECORDINGS = {".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".amr", ".3gp"}
WORDS = "words.toml"
_MAIN = f".{VIETNAMESE}.md"
_FRONT = re.compile(r"\+\+\+[ \t]*\n(?P<front>.*?)^\+\+\+[ \t]*(\n(?P<body>.*))?\Z", re.DOTALL | re.MULTILINE)
_MEDIA = {"notices": {".pdf", *FILMS}, "announcements": _RECORDINGS, "phrases": _RECORDINGS}

M = TypeVar("M", bound=BaseModel)
Head = TypeVar("Head", bound=BaseModel)
Other = TypeVar("Other", bound=BaseModel)


@dataclass(frozen=True)
class Page(Generic[M]):
    """One Markdown file: its *head* (front matter) and *body*."""

    where: str
    language: str
    head: M
    body: str


@dataclass(frozen=True)
class Written(Generic[Head, Other]):
    """One item in all its languages: the Vietnamese page carries the full head."""

    slug: str
    main: Page[Head]
    others: tuple[Page[Other], ...]


Recorded = Written[AnnouncementHead, SpokenHead] | Written[PhraseHead, SpokenHead]


@dataclass(frozen=True)
class AlertSource:
    """One file of ``alerts/``."""

    slug: str
    where: str
    file: AlertFile


@dataclass(frozen=True)
class Source:
    """A folder as it was read; nothing in it was compared or converted yet.

    *announced* names all announcements that lie there, also those with a fault: that is told once, and not again wherever one is named.
    """

    folder: Path
    programme: ProgrammeFile
    words: Lexicon
    notices: tuple[Written[NoticeHead, VersionHead], ...]
    announcements: tuple[Written[AnnouncementHead, SpokenHead], ...]
    phrases: tuple[Written[PhraseHead, SpokenHead], ...]
    alerts: tuple[AlertSource, ...]
    announced: tuple[str, ...]

    def recorded(self) -> list[Recorded]:
        """What lies on a unit as sound: announcements, then phrases."""
        return [*self.announcements, *self.phrases]


def read_source(folder: Path, findings: Findings) -> Source:
    """The folder's files as models; faults go into *findings*; raised at once when ``programme.toml`` is not usable."""
    _check_folders(folder, findings)
    programme = _toml_file(folder / "programme.toml", "programme.toml", ProgrammeFile, findings)
    words = _toml_file(folder / WORDS, WORDS, Lexicon, findings) if (folder / WORDS).exists() else None
    notices = _written(folder / "notices", NoticeHead, VersionHead, Body, findings)
    announcements = _written(folder / "announcements", AnnouncementHead, SpokenHead, Speech, findings)
    phrases = _written(folder / "phrases", PhraseHead, SpokenHead, Speech, findings)
    alerts = _alerts(folder / "alerts", findings)
    if programme is None:
        raise findings.refused()
    in_order = tuple(sorted(notices, key=lambda notice: (notice.main.head.order, notice.slug)))
    announced = tuple(sorted(path.name.removesuffix(_MAIN) for path in (folder / "announcements").glob(f"*{_MAIN}")))
    return Source(folder, programme, words or Lexicon(), in_order, tuple(announcements), tuple(phrases), alerts, announced)


def _check_folders(folder: Path, findings: Findings) -> None:
    if not folder.is_dir():
        raise refuse(str(folder), "không có thư mục này / no such folder", "kiểm tra đường dẫn / check the path")
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in FOLDERS and not path.name.startswith("."):
            findings.add(path.name, "thư mục lạ / unknown folder", did_you_mean(path.name, FOLDERS))
        elif is_versioned(path.name):
            findings.add(
                path.name, "tệp nằm sai chỗ / file in the wrong place", "chuyển vào / move it to notices/, announcements/, phrases/"
            )
        elif path.name in (*FOLDERS, "programme.toml", WORDS) and path.is_symlink():
            what = "là liên kết, không phải tệp hay thư mục thật / a link, not a real file or folder"
            findings.add(path.name, what, "chép tệp thật vào đây / copy the real thing here")


def _toml_file(path: Path, where: str, model: type[M], findings: Findings) -> M | None:
    if not path.is_file():
        near = get_close_matches(path.name, [other.name for other in path.parent.iterdir()], n=1)
        sample = "tạo tệp theo mẫu content/xa-an-phu / make it like content/xa-an-phu"
        findings.add(where, "thiếu tệp này / file missing", f"đổi tên “{near[0]}”? / rename “{near[0]}”?" if near else sample)
        return None
    try:
        text = read_text(path, where)
        return _toml(text, where, model, findings, text)
    except Refused as refused:
        findings.take(refused)
        return None


def _toml(text: str, where: str, model: type[M], findings: Findings, file: str) -> M | None:
    """*text*, which is all or the front matter of a *file*."""
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        where = f"{where} (phần đầu, từ dòng / front matter from line 2)" if text != file else where
        findings.add(where, f"không đọc được TOML / not readable as TOML: {problem}", "kiểm tra dấu nháy và dấu = / check quotes and =")
        return None
    try:
        check_strings(document, where, file)
    except Refused as refused:
        findings.take(refused)
    try:
        return model.model_validate(document)
    except ValidationError as problem:
        findings.take_invalid(problem, where, model)
        return None


def _page(path: Path, where: str, language: str, model: type[M], body: Any, findings: Findings) -> Page[M] | None:
    try:
        text = read_text(path, where)
    except Refused as refused:
        findings.take(refused)
        return None
    parts = _FRONT.match(text)
    if not parts:
        advice = 'mở đầu bằng / begin with:\n+++\ntitle = "…"\n+++'
        findings.add(where, "thiếu phần đầu giữa hai dòng +++ / no front matter between two +++ lines", advice)
        return None
    head = _toml(parts["front"], where, model, findings, text)
    content = (parts["body"] or "").strip()
    _check_body(content, f"{where}: nội dung / body", Within(text, text.rindex(content)), findings)
    try:
        TypeAdapter(body).validate_python(content)
    except ValidationError as problem:
        findings.take_invalid(problem, f"{where}: nội dung / body", model)
        return None
    return Page(where, language, head, content) if head else None


def _check_body(content: str, where: str, within: Within, findings: Findings) -> None:
    for check in (check_letters, check_markup):
        try:
            check(content, where, within)
        except Refused as refused:
            findings.take(refused)


def _written(folder: Path, full: type[Head], short: type[Other], body: Any, findings: Findings) -> list[Written[Head, Other]]:
    mains: dict[str, Page[Head]] = {}
    others: dict[str, list[Page[Other]]] = {}
    vietnamese: set[str] = set()
    for path, where in files_in(folder, _MEDIA[folder.name], findings):
        try:
            slug, language = versioned(path.name, where)
        except Refused as refused:
            findings.take(refused)
            continue
        if language == VIETNAMESE:
            vietnamese.add(slug)
            main = _page(path, where, language, full, body, findings)
            mains |= {slug: main} if main else {}
        else:
            other = _page(path, where, language, short, body, findings)
            others.setdefault(slug, []).extend([other] if other else [])
    for slug in others.keys() - vietnamese:
        findings.add(f"{folder.name}/{slug}.vi.md", "thiếu bản tiếng Việt / the Vietnamese version is missing", "viết bản này / write it")
    return [Written(slug, main, tuple(others.get(slug, ()))) for slug, main in sorted(mains.items())]


def _alerts(folder: Path, findings: Findings) -> tuple[AlertSource, ...]:
    found = []
    for path, where in files_in(folder, _RECORDINGS, findings):
        try:
            slug = slug_of(path, where)
        except Refused as refused:
            findings.take(refused)
            continue
        file = _toml_file(path, where, AlertFile, findings)
        if file:
            found.append(AlertSource(slug, where, file))
            _check_alert(file, where, read_text(path, where), findings)
    return tuple(found)


def _check_alert(alert: AlertFile, where: str, text: str, findings: Findings) -> None:
    for language, version in alert.text.items():
        for name, words in (("description", version.description), ("instruction", version.instruction)):
            try:
                check_markup(words, f"{where}: text.{language}.{name}", found_in(text, words))
            except Refused as refused:
                findings.take(refused)
