"""``GET /content/…``: the release tree as static files; any static server or CDN can take this one's place."""

from pathlib import Path

from aiohttp import web

PREFIX = "/content"
# Only these: whatever else lies in the folder (a draft, somebody's notes) is nobody's to fetch.
_IMMUTABLE = "public, max-age=31536000, immutable"
_CACHING = {"metadata": "no-cache", "targets": _IMMUTABLE, "deltas": _IMMUTABLE, "blobs": _IMMUTABLE}


def add_content(app: web.Application, site: Path) -> None:
    """Serve the public parts of the release tree with ETag and Range; no listing, no symbolic link, no way out of the folder."""
    for part in _CACHING:
        folder = site / part
        folder.mkdir(parents=True, exist_ok=True)
        app.router.add_static(f"{PREFIX}/{part}", folder, show_index=False, follow_symlinks=False)


def caching(path: str) -> str | None:
    """The Cache-Control of a path below ``/content``: names that carry a hash never change, metadata always may."""
    parts = path.split("/")
    return _CACHING.get(parts[2]) if len(parts) > 3 and f"/{parts[1]}" == PREFIX else None
