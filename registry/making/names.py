"""Names of files in an officer's folder: what a name says, and that it never leads out of the folder."""

import re
from pathlib import Path
from typing import NamedTuple

from bundle.errors import refuse

_VERSIONED = re.compile(r"(?P<slug>[a-z0-9][a-z0-9-]{0,63})\.(?P<language>[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)\.md")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_CLUTTER = re.compile(r"\..*|.*~|Thumbs\.db|desktop\.ini", re.IGNORECASE)


class Versioned(NamedTuple):
    """What ``<slug>.<language>.md`` says."""

    slug: str
    language: str


def listed(folder: Path) -> list[Path]:
    """The files in *folder*, sorted, without what desktops and editors leave behind; empty when there is no folder."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and not _CLUTTER.fullmatch(path.name))


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
    if Path(name).name != name or "\\" in name or name.startswith("."):
        raise refuse(where, f"tên “{name}” trỏ ra ngoài thư mục / leads out of the folder", "chỉ ghi tên tệp / write the bare file name")
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise refuse(where, f"“{name}” là liên kết ra ngoài / is a link to elsewhere", "chép tệp thật vào / copy the file itself here")
    if not path.is_file():
        raise refuse(
            where, f"không thấy tệp “{name}” / no such file in “{folder.name}”", "chép tệp vào hoặc sửa tên / add it or correct it"
        )
    return path
