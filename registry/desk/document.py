"""The next bundle as it is signed: what it keeps stands there exactly as it was released, so that nothing else differs on a phone. Pure."""

import json
from typing import Any

from bundle.errors import refuse
from bundle.manifest import Bundle, items
from bundle.parse import MAX_DOCUMENT
from registry.trust.proposal import compact


def written(bundle: Bundle, before: Bundle | None, released: bytes | None) -> bytes:
    """The document of *bundle*; *released* is how *before* was written, by whatever program: with its defaults, or without."""
    data = json.loads(compact(bundle))
    if before is None or released is None:
        return _bytes(data)
    old, new = json.loads(released), {item.id: item for item in items(bundle)}
    same = {item.id for item in items(before) if new.get(item.id) == item}
    kept = {each["id"]: each for value in old.values() if isinstance(value, list) for each in value if _named(each) in same}
    for name in Bundle.model_fields:
        if name in old and getattr(bundle, name) == getattr(before, name):
            data[name] = old[name]
        elif isinstance(data.get(name), list):
            data[name] = [kept.get(_named(each), each) for each in data[name]]
    return _bytes(data)


def _named(entry: Any) -> str:
    return str(entry.get("id", "")) if isinstance(entry, dict) else ""


def _bytes(data: dict[str, Any]) -> bytes:
    raw = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    if len(raw) > MAX_DOCUMENT:
        raise refuse("gói (bundle)", f"{len(raw)} bytes, more than the {MAX_DOCUMENT} allowed", "bớt mục cũ / remove old items")
    return raw
