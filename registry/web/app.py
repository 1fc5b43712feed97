"""The registry as one aiohttp application."""

import asyncio
from collections.abc import AsyncIterator
from weakref import WeakValueDictionary

from aiohttp import web

from registry.fleet.own_keys import own_keys
from registry.live.seats import Seats
from registry.people.seeds import seal_open_ones, seeds_of
from registry.people.signing_in import Entrance
from registry.rollout.rolling import Rolling
from registry.storage.storage import open_storage
from registry.trust.site import Site
from registry.web import channels, check, enrolling, health, hints, live, openapi, pages, reporting, site_photos
from registry.web.alerts import confirming, posting
from registry.web.alerts.drilling import keep_drills
from registry.web.alerts.gating import keep_gate
from registry.web.alerts.reach import NEWS, News
from registry.web.config import CONFIG, OWN_KEYS, STORAGE, Config
from registry.web.content import add_content
from registry.web.figures import pages as figures
from registry.web.fleet import STATIC as FLEET_STATIC
from registry.web.fleet import alarms, coverage, listing, unit
from registry.web.keepable import refusing_unkeepable
from registry.web.metrics import METERS, Meters
from registry.web.neighbours import hearing_neighbours
from registry.web.officer import confirming as officers_confirm
from registry.web.officer import desk, library, news, ordering, painting, planning, raising, reading, recording, stopping
from registry.web.officer import entering as officers_in
from registry.web.officer.acting import ACTS
from registry.web.officer.content import submitting, withdrawing, writing
from registry.web.officer.content.seeing import keep_desk
from registry.web.officer.painting import EASEL, Easel
from registry.web.phones.door import BINDS
from registry.web.phones.scripts import STATIC, scripts
from registry.web.rate import Rate
from registry.web.retention import letting_go
from registry.web.rolling import ROLLING, keep_rolling
from registry.web.standing import keep_standings
from registry.web.technician import entering, looking_after, pictures, steps
from registry.web.templating import PAGES, environment
from registry.web.users import account, auditing, inviting, setting_up
from registry.web.users import entering as users_in
from registry.web.users.busy import telling_busy
from registry.web.users.entering import ENTRANCE, KNOCKS, TOLD
from registry.web.watch import WATCH, Watch, watching
from registry.web.work import WORK, Work


def make_app(config: Config) -> web.Application:
    """The application: enrolment, reports, content, hints and pages. It opens its database when it starts."""
    app = web.Application(middlewares=[refusing_unkeepable, telling_busy])
    app[CONFIG], app[WORK] = config, Work()
    app[WATCH] = Watch(config.site / "metadata", config.watch_every)
    app[hints.STREAMS] = set()
    app[NEWS] = News()
    app[METERS] = Meters()
    app[live.ROOMS], app[live.TOLD] = WeakValueDictionary(), {}
    app[live.SEATS] = Seats(config.most_listeners)
    app[PAGES] = environment()
    app[enrolling.ASKS], app[enrolling.REFUSALS] = Rate(config.technicians.asks), Rate(config.technicians.refusals)
    app.add_routes(enrolling.routes)
    app[BINDS] = Rate(config.technicians.binds)
    for part in (site_photos, entering, steps, pictures, looking_after):
        app.add_routes(part.routes)
    app.add_routes([*entering.entry, *officers_in.entry, *scripts("/phone/static", STATIC)])
    app[recording.JUDGING], app[planning.LOOKS] = asyncio.Lock(), Rate(planning.A_MINUTE)
    app[ACTS], app[EASEL], app[raising.RAISING] = Rate(config.technicians.acts), Easel(config.painter), {}
    for part in (officers_in, officers_confirm, desk, library, news, painting, planning, raising, reading, recording, stopping, ordering):
        app.add_routes(part.routes)
    for part in (writing, withdrawing, submitting):
        app.add_routes(part.routes)
    app[KNOCKS], app[TOLD] = Rate(config.people.knocks), Rate(1)
    for part in (users_in, setting_up, account, inviting):
        app.add_routes(part.routes)
    app.add_routes(users_in.entry)
    app.add_routes(confirming.routes())
    app.add_routes(reporting.routes)
    app.add_routes(posting.routes)
    app.add_routes(check.routes)
    app.add_routes(health.routes)
    app.add_routes(hints.routes)
    app.add_routes(live.routes)
    app.add_routes(openapi.routes)
    app.add_routes(pages.routes)
    app.add_routes(channels.routes)
    app.add_routes(auditing.routes)
    app.add_routes(figures.routes)
    for part in (listing, unit, alarms, coverage):
        app.add_routes(part.routes)
    app.add_routes(scripts("/fleet/static", FLEET_STATIC))
    add_content(app, config.site)
    app.cleanup_ctx.append(_storage)
    app.cleanup_ctx.append(reporting.filing)
    app.cleanup_ctx.append(hearing_neighbours)
    app.cleanup_ctx.append(keep_standings)
    app.cleanup_ctx.append(live.keeping_live)
    app.cleanup_ctx.append(letting_go)
    app.cleanup_ctx.append(watching)
    app.cleanup_ctx.append(keep_rolling)
    app.cleanup_ctx.append(keep_gate)
    app.cleanup_ctx.append(keep_desk)
    app.cleanup_ctx.append(confirming.confirming)
    app.cleanup_ctx.append(keep_drills)
    app.on_shutdown.append(_end_streams)
    app.on_response_prepare.append(pages.harden)
    return app


async def _storage(app: web.Application) -> AsyncIterator[None]:
    app[STORAGE] = await open_storage(app[CONFIG].data)
    seeds = await asyncio.to_thread(seeds_of, app[CONFIG].data)
    async with app[STORAGE].writing() as connection:
        await seal_open_ones(connection, seeds)
    app[ENTRANCE] = Entrance(app[STORAGE], app[CONFIG].people, seeds)
    app[OWN_KEYS] = await asyncio.to_thread(own_keys, app[CONFIG].data)
    config, keys = app[CONFIG], app[OWN_KEYS]
    versions, site = app[WATCH].versions, Site(config.site)
    app[ROLLING] = Rolling(
        app[STORAGE], site, versions, keys.signing, config.now, config.permit_life, config.rollout_every, config.rollout_chance
    )
    yield
    await app[STORAGE].close()


async def _end_streams(app: web.Application) -> None:
    # Else every open hint stream would hold the shutdown up for a minute.
    app[WATCH].close()
