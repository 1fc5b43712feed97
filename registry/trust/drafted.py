"""A document on its way to release: a draft folder's bundle.json or a policy.json, with its proposal beside it."""

import json
from dataclasses import dataclass
from pathlib import Path

from bundle.errors import refuse
from bundle.trust import Target


@dataclass(frozen=True)
class DraftDocument:
    """*raw* is what will be published as *target* of *channel*."""

    path: Path
    target: Target
    channel: str
    raw: bytes

    @property
    def proposal(self) -> Path:
        """Where the signatures are collected."""
        return self.path.with_suffix(".proposal")


def document_at(path: Path) -> DraftDocument:
    """The document in a draft folder, or the document file itself; ``Refused`` when it is neither."""
    file = path / Target.BUNDLE.value if path.is_dir() else path
    if file.name not in {target.value for target in Target}:
        raise refuse(str(file), "không biết loại tài liệu này (unknown kind of document)", "bundle.json, policy.json")
    try:
        raw = file.read_bytes()
        channel = json.loads(raw)["channel"]
    except OSError as problem:
        raise refuse(str(file), f"không đọc được (cannot read): {problem.strerror}", "làm bản thảo trước / make the draft first") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise refuse(str(file), "không có mã kênh (no channel in it)", "làm bản thảo lại / make the draft again") from None
    return DraftDocument(file, Target(file.name), str(channel), raw)
