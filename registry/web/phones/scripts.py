"""The style sheets and the few scripts of pages for phones, as files of ours and nothing else."""

from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "static"
_KINDS = {".css": "text/css", ".js": "text/javascript"}


def scripts(prefix: str, folder: Path) -> list[web.RouteDef]:
    """Serve what lies in *folder* below *prefix*; what is added later is nobody's to fetch."""
    known = {path.name: _KINDS[path.suffix] for path in folder.iterdir() if path.suffix in _KINDS}

    async def script(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in known:
            raise web.HTTPNotFound
        return web.FileResponse(folder / name, headers={"Cache-Control": "no-cache", "Content-Type": known[name]})

    return [web.get(f"{prefix}/{{name}}", script)]
