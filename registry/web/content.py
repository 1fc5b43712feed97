"""``GET /content/…``: the release tree as static files; any static server or CDN can take this one's place."""

import errno
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from registry.trust.files import make_folder
from registry.web.operations import Answer, Operation, Parameter, Place, empty

PREFIX = "/content"
# Only these: whatever else lies in the folder (a draft, somebody's notes) is nobody's to fetch.
_IMMUTABLE = "public, max-age=31536000, immutable"
_CACHING = {"metadata": "no-cache", "targets": _IMMUTABLE, "deltas": _IMMUTABLE, "blobs": _IMMUTABLE}

_ANSWERS = (
    Answer(200, "tệp / the file", media="*/*", headers={"ETag": "nhãn của tệp / the file's tag"}),
    Answer(206, "một phần của tệp / a part of it", media="*/*"),
    empty(304, "người hỏi đã có / the caller has it"),
    Answer(403, "một thư mục, không liệt kê / a folder, not listed", media="*/*"),
    Answer(404, "không có tệp này / no such file", media="*/*"),
    empty(412, "tệp đã khác / it is another one by now"),
    empty(416, "không có phần này / no such part"),
)
_PARAMETERS = (
    Parameter(Place.PATH, "path", str, "đường dẫn, có thể có dấu / | the path, slashes and all", required=True),
    Parameter(Place.HEADER, "Range", str, "phần nào / which part"),
    Parameter(Place.HEADER, "If-None-Match", str, "nhãn của những gì đã có / the tag of what the caller has"),
)
OPERATIONS = tuple(
    Operation("GET", f"{PREFIX}/{part}/{{path}}", "Cây phát hành, ai cũng đọc được / the release tree, public", _ANSWERS, _PARAMETERS)
    for part in _CACHING
)


def add_content(app: web.Application, site: Path) -> None:
    """Serve the public parts of the release tree with ETag and Range; no listing, no symbolic link, no way out of the folder."""
    tree = web.Application(middlewares=[_no_such_name])
    for part in _CACHING:
        folder = site / part
        make_folder(folder, 0o755)
        tree.router.add_static(f"/{part}", folder, show_index=False, follow_symlinks=False)
    app.add_subapp(PREFIX, tree)


@web.middleware
async def _no_such_name(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
    try:
        return await handler(request)
    except OSError as problem:
        # No file can have a name of that length; aiohttp does not think of it.
        if problem.errno != errno.ENAMETOOLONG:
            raise
        raise web.HTTPNotFound from None


def caching(path: str) -> str | None:
    """The Cache-Control of a path below ``/content``: names that carry a hash never change, metadata always may."""
    parts = path.split("/")
    return _CACHING.get(parts[2]) if len(parts) > 3 and f"/{parts[1]}" == PREFIX else None
