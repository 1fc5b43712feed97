"""The office of a commune with its release tree, and people who look at the fleet with their roles."""

import re
from dataclasses import dataclass

from registry.people.roles import Granted, Role
from registry.web.standing import ALARMS
from tests.registry.fleet.coverage.conftest import Office, office

__all__ = ["OPERATOR", "Browser", "browser", "office", "page"]

OPERATOR = Granted("vn.20.06001", Role.OPERATOR)


@dataclass
class Browser:
    """Somebody's browser, which has signed in."""

    office: Office
    headers: dict[str, str]

    async def get(self, path, status=200):
        await self.office.look()
        await self.office.registry.app[ALARMS].look()
        answer = await self.office.registry.client.get(path, headers=self.headers, allow_redirects=False)
        assert answer.status == status, await answer.text()
        return await answer.text()

    async def send(self, path, status=303, token=None, seen="/alarms", **form):
        """Send a form of the page at *seen*, with the token that stands there unless another is given."""
        found = re.search(r'name="token" value="([^"]+)"', await self.get(seen)) if token is None else None
        told = {"token": found[1] if found else token or "", **form}
        answer = await self.office.registry.client.post(path, data=told, headers=self.headers, allow_redirects=False)
        assert answer.status == status, await answer.text()


async def browser(office, *granted, name="Lê Thị Xem"):
    """Somebody who watches everything unless other roles are *granted*."""
    return Browser(office, await office.registry.account(*granted, name=name))


async def page(office, path, *granted, status=200, name="Lê Thị Xem"):
    return await (await browser(office, *granted, name=name)).get(path, status)
