"""What an officer chooses from: the emergency phrases of the released bundle, which can be heard, and the places of the channel."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bundle.area import covers
from bundle.asset import MediaType
from bundle.items import Phrase
from bundle.manifest import Bundle
from bundle.trust import Target
from registry.alerts.raising import emergency_phrases
from registry.areas.places import Area, every_area, places
from registry.trust.site import Site
from registry.trust.urgent import released_document
from registry.web.config import STORAGE
from registry.web.officer.acting import site_of
from registry.web.officer.session import Visit, page_of
from registry.web.phones.door import HEADERS

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Library:
    """The *bundle* that *channel* has released, with its emergency *phrases*, and what the table of areas says of the channel."""

    channel: str
    bundle: Bundle | None
    areas: Mapping[str, Area]

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """Those that may sound as an emergency."""
        return emergency_phrases(self.bundle)

    @property
    def area_name(self) -> str:
        """What the channel's area is called."""
        known = self.areas.get(self.channel)
        return known.name if known else self.bundle.area_name if self.bundle else self.channel

    @property
    def parts(self) -> dict[str, Area]:
        """The areas just below the channel's: a commune's villages, a province's communes."""
        return {code: area for code, area in self.areas.items() if code.rpartition(".")[0] == self.channel}

    @property
    def villages(self) -> dict[str, Area]:
        """The places of the channel by code."""
        return {place.area.code: place.area for place in places(dict(self.areas), self.channel)}


async def library_of(request: web.Request, channel: str) -> Library:
    """What stands for *channel* now."""
    bundle = await asyncio.to_thread(_bundle, site_of(request), channel)
    async with request.app[STORAGE].reading() as connection:
        known = await every_area(connection)
    return Library(channel, bundle, {code: area for code, area in known.items() if covers(channel, code)})


@routes.get(r"/officer/phrases/{channel}/{sha256:[0-9a-f]{64}}")
@page_of
async def phrase(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The clip of a phrase, as units hold it."""
    channel, sha256 = request.match_info["channel"], request.match_info["sha256"]
    bundle = await asyncio.to_thread(_bundle, site_of(request), channel) if channel in visit.person.channels else None
    clips = {version.clip.sha256 for each in emergency_phrases(bundle) for version in each.versions}
    if sha256 not in clips:
        raise web.HTTPNotFound
    headers = {**HEADERS, "Cache-Control": "private, max-age=3600", "Content-Type": MediaType.OPUS.value}
    return web.FileResponse(site_of(request).blob(sha256), headers=headers)


def _bundle(site: Site, channel: str) -> Bundle | None:
    found = released_document(site, channel, Target.BUNDLE) if channel in site.channels() else None
    return found if isinstance(found, Bundle) else None
