"""The page while it is open: everything that only an open page needs, so that a unit whose page is closed carries none of it."""

from dataclasses import dataclass

from aiohttp import web

from provisioning.network.manager import Hotspot
from provisioning.page import commissioning, home, networks, speaking, support, working
from provisioning.page.site import Opening, make_site

TABLES = (home.routes, networks.routes, working.routes, commissioning.routes, speaking.routes, support.routes)


@dataclass
class Served:
    """One *opening*, run by *runner*; by *hotspot* unless it is reached by a network that was there before.

    *movable*: by a Wi-Fi in whose place the unit's own could open.
    """

    opening: Opening
    runner: web.AppRunner
    hotspot: Hotspot | None
    movable: bool

    async def listen(self, address: str, port: int) -> None:
        """Be reached at this *address* too; ``OSError`` when nobody can listen there."""
        if (host := f"{address}:{port}") not in self.opening.hosts:
            await web.TCPSite(self.runner, address, port).start()
        self.opening.hosts.add(host)
        self.opening.address = host


async def served(opening: Opening, hotspot: Hotspot | None, movable: bool) -> Served:
    """*opening* with its pages; nobody reaches it before `Served.listen`."""
    runner = web.AppRunner(make_site(opening, *TABLES), shutdown_timeout=1.0, access_log=None)
    await runner.setup()
    return Served(opening, runner, hotspot, movable)
