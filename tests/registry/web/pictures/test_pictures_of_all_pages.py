"""Each page has its picture, and each picture its page: a new page without one is told here, without a browser."""

import re
from pathlib import Path

from tests.registry.web.pictures.camera import SIZES
from tests.registry.web.pictures.catalogue import ALL, NO_PAGE

DOCS = Path(__file__).parents[4] / "docs/registry"


async def test_every_page_has_its_picture_or_is_no_page_for_a_reason(registry):
    routes = {re.sub(r"{(\w+):[^}]+}", r"{\1}", each.resource.canonical) for each in registry.app.router.routes() if each.method == "GET"}
    pages = {route for route in routes if not any(re.fullmatch(pattern, route) for pattern in NO_PAGE)}
    shown = {each.route for each in ALL if each.route.startswith("/")}
    assert pages == shown
    assert [pattern for pattern in NO_PAGE if not any(re.fullmatch(pattern, route) for route in routes)] == []


def test_the_folder_holds_just_the_pictures_of_the_catalogue_and_the_index_shows_each():
    assert {path.name for path in DOCS.glob("*.png")} == {f"{each.name}.{size}.png" for each in ALL for size in SIZES}
    index = (DOCS / "README.md").read_text()
    assert all(f"({each.name}.{size}.png)" in index for each in ALL for size in SIZES)
    assert sum(path.stat().st_size for path in DOCS.glob("*.png")) < 6_000_000
