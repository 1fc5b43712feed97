"""Names of files in an officer's folder: what a name says, and that it never leads out of the folder."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bundle.errors import refuse
from registry.making.findings import Findings

_VERSIONED = re.compile(r"(?P<slug>[a-z0-9][a-z0-9-]{0,63})\.(?P<language>[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)\.md")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
# In bytes, as file systems count: a longer name is an error even to ask for.
MAX_NAME = 255
_CLUTTER = re.compile(r"\..*|.*~|Thumbs\.db|desktop\.ini", re.IGNORECASE)


class Versioned(NamedTuple):
    """What ``<slug>.<language>.md`` says."""

    slug: str
    language: str


def files_in(folder: Path, media: set[str], findings: Findings) -> Iterator[tuple[Path, str]]:
    """The files in *folder* that hold text, sorted, and their place; nothing when there is no folder.

    What desktops and editors leave behind is passed over, and *media* (suffixes) are read by the item that names them.
    A folder or a link is a fault: what lies in it would never be published, and its writer would not know.
    """
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        where = f"{folder.name}/{path.name}"
        if _CLUTTER.fullmatch(path.name) or path.suffix.lower() in media:
            continue
        if path.is_symlink() or not path.is_file():
            what = "không phải tệp thật / not a real file"
            findings.add(where, what, f"đặt tệp trực tiếp trong / put the files themselves in {folder.name}/")
        else:
            yield path, where


def is_versioned(name: str) -> bool:
    """Whether *name* is built like that of a notice or an announcement."""
    return _VERSIONED.fullmatch(name) is not None


def versioned(name: str, where: str) -> Versioned:
    """Slug and language of a Markdown file's *name*; ``Refused`` when it is not built like that."""
    found = _VERSIONED.fullmatch(name)
    if not found:
        raise refuse(
            where,
            "tên tệp không đúng / file name not understood",
            "đặt tên như / name it like “tiem-chung.vi.md”: chữ thường không dấu, số, gạch nối; rồi mã tiếng / then the language",
        )
    return Versioned(found["slug"], found["language"])


def slug_of(path: Path, where: str) -> str:
    """The slug of ``<slug>.toml``; ``Refused`` when it is no identifier."""
    if not _SLUG.fullmatch(path.stem):
        raise refuse(where, "tên tệp không đúng / file name not understood", "đặt tên như / name it like “lu-dem.toml”")
    return path.stem


def inside(folder: Path, name: str, where: str) -> Path:
    """The file *name* directly in *folder*; ``Refused`` when the name leads elsewhere or nothing is there."""
    if Path(name).name != name or "\\" in name or name.startswith(".") or not name.isprintable():
        raise refuse(where, f"tên “{name}” trỏ ra ngoài thư mục / leads out of the folder", "chỉ ghi tên tệp / write the bare file name")
    path = folder / name
    if path.is_symlink() or folder.is_symlink():
        raise refuse(where, f"“{name}” là liên kết / is a link to elsewhere", "chép tệp thật vào / copy the file itself here")
    if len(name.encode()) > MAX_NAME or not path.is_file():
        raise refuse(
            where, f"không thấy tệp “{name}” / no such file in “{folder.name}”", "chép tệp vào hoặc sửa tên / add it or correct it"
        )
    return path
