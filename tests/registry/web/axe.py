"""Whether people who hear, zoom or use a keyboard get through a page: axe-core's own rules, no serious fault of them."""

from typing import Any

from axe_playwright_python.async_playwright import Axe

_COUNTS = ("serious", "critical")


async def usable(page: Any, name: str) -> None:
    """Fails with every serious fault of *page* as it stands now, by rule and element."""
    found = (await Axe().run(page)).response["violations"]
    serious = [(each["id"], node) for each in found if each["impact"] in _COUNTS for node in each["nodes"]]
    faults = [f"{rule}: {node['target']} {node['html'][:160]}" for rule, node in serious]
    assert faults == [], f"{name}: {faults}"
