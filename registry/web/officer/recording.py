"""An officer's voice: the page that records it, the recording on its way in, and what horns will make of it, before it is used."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from aiohttp import web
from pydantic import Field, ValidationError

from bundle.area import AreaCode
from bundle.asset import MediaType
from bundle.base import Language, Line, Model
from bundle.errors import Refused, refuse
from bundle.items import VIETNAMESE
from bundle.trust.persons import person_of
from director.programme import Programme
from registry.audit.chain import Event, note
from registry.desk.recordings import keeping
from registry.desk.recordings.judging import WHERE, judged
from registry.desk.recordings.keeping import Kept, known_as
from registry.making.waves import RATE
from registry.trust.in_force import in_force, own_place
from registry.trust.site import Site
from registry.web.answers import refusal, too_long
from registry.web.config import CONFIG, STORAGE
from registry.web.network import block
from registry.web.officer import words
from registry.web.officer.acting import answer, may_act, site_of, too_often
from registry.web.officer.library import Library, library_of
from registry.web.officer.session import Visit, form_of, page_of, render
from registry.web.phones.door import HEADERS, WITH_MICROPHONE, note_apart

JUDGING: web.AppKey[asyncio.Lock] = web.AppKey("judging", asyncio.Lock)
"""One recording is judged at a time: ten minutes of it fill some hundred megabytes."""
RECORDING = r"/officer/recordings/{channel}/{sha256:[0-9a-f]{64}}"
BYTES_PER_SECOND, AT_ONCE = 2 * RATE, 256 * 1024

routes = web.RouteTableDef()


class Told(Model):
    """What the address of a recording says of it: *speaker* is who speaks, in *language*, to the villages of *channel*."""

    channel: AreaCode
    speaker: Annotated[Line, Field(max_length=100, pattern=r"\S")]
    language: Language


@routes.get("/officer/record")
@page_of
async def record(request: web.Request, visit: Visit) -> web.Response:
    """The page that records for ``?channel=``; it alone may hear the microphone."""
    channel = request.query.get("channel", "")
    if channel not in visit.person.channels:
        raise web.HTTPNotFound
    library = await library_of(request, channel)
    async with request.app[STORAGE].reading() as connection:
        sent = await keeping.unused(connection, channel, visit.person.name)
    seconds = await asyncio.to_thread(most_seconds, site_of(request), channel, request.app[CONFIG].technicians.recording_bytes)
    page = render(request, "record.html", visit=visit, library=library, languages=tongues(library), sent=sent, seconds=seconds, say=words)
    page.headers.update(WITH_MICROPHONE)
    return page


def tongues(library: Library) -> tuple[str, ...]:
    """The languages of the channel's villages, Vietnamese first."""
    spoken = (language for area in library.areas.values() for language in area.languages)
    return tuple(dict.fromkeys((VIETNAMESE, *spoken)))


def most_seconds(site: Site, channel: str, most_bytes: int) -> int:
    """How long one recording of *channel* may be: the minutes of a session by the signed rules, and what fits into *most_bytes*."""
    minutes = Programme(own_place(channel), in_force(site, (), channel)).caps().minutes_per_session
    return int(min(minutes * 60, most_bytes / BYTES_PER_SECOND - 1))


@routes.post("/officer/recordings")
@form_of
async def sent(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The bytes of one recording, whose query tells the rest: 201 with its page once it is kept, 200 when it was there already.

    409 with what is wrong with it and what to do, 413 when it is too large; then nothing of it is kept.
    """
    if (tired := too_often(request, visit)) is not None:
        return tired
    most = request.app[CONFIG].technicians.recording_bytes
    try:
        told = await _told(request, visit)
        async with _received(request, most) as came:
            if came is None:
                return refusal(413, too_long(most))
            known, kept = await _kept(request, visit, told, came)
    except Refused as refused:
        await note_apart(request, Event.RECORDING_REFUSED, visit.person.name, str(refused)[:300])
        return refusal(409, refused)
    return answer({"location": f"/officer/recordings/{kept.channel}/{kept.sha256}"}, 200 if known else 201)


async def _told(request: web.Request, visit: Visit) -> Told:
    try:
        told = Told.model_validate(dict(request.query))
    except ValidationError as problem:
        first = problem.errors()[0]
        what = f"{first['loc'][0]}: thiếu hoặc sai / missing or wrong"
        raise refuse(WHERE, what, "điền tên người nói, chọn tiếng / name the speaker, choose a language") from None
    may_act(visit, told.channel)
    if told.language not in tongues(await library_of(request, told.channel)):
        what = f"không thôn nào nghe {words.language_name(told.language)} / no village hears this language"
        raise refuse(WHERE, what, "chọn tiếng khác / choose another")
    rules = request.app[CONFIG].technicians
    async with request.app[STORAGE].reading() as connection:
        waiting = await keeping.count(connection, told.channel, visit.person.name)
    if waiting >= rules.most_recordings:
        what = f"đã có {waiting} bản ghi chưa dùng / {waiting} recordings wait to be used"
        raise refuse(WHERE, what, "dùng bớt trước / use some of them first")
    return told


@dataclass(frozen=True)
class Came:
    """A recording on its way in: the file at *path*, gone when it is not kept, its *sha256* and its *size* in bytes."""

    path: Path
    sha256: str
    size: int


@asynccontextmanager
async def _received(request: web.Request, most: int) -> AsyncIterator[Came | None]:
    """The body as a file; None when it is longer than *most* bytes."""
    path = request.app[CONFIG].data / keeping.FOLDER / "coming" / f"{secrets.token_hex(8)}.wav"
    await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True, mode=0o700)
    hashed, size = hashlib.sha256(), 0
    try:
        with await asyncio.to_thread(path.open, "wb") as file:
            async for chunk in request.content.iter_chunked(AT_ONCE):
                hashed.update(chunk)
                size += len(chunk)
                if size > most:
                    break
                await asyncio.to_thread(file.write, chunk)
        yield Came(path, hashed.hexdigest(), size) if size <= most else None
    finally:
        path.unlink(missing_ok=True)


async def _kept(request: web.Request, visit: Visit, told: Told, came: Came) -> tuple[bool, Kept]:
    """Whether it was there already, and what is kept of it."""
    config = request.app[CONFIG]
    async with request.app[STORAGE].reading() as connection:
        known = await keeping.one(connection, told.channel, came.sha256)
    if known and person_of(known.person) != person_of(visit.person.name):
        what = f"{known.person} đã gửi bản ghi này / somebody else has sent this recording"
        raise refuse(WHERE, what, "ghi âm bản của mình / make one of your own")
    if known is None:
        async with request.app[JUDGING]:
            made = await asyncio.to_thread(judged, came.path, told.speaker, config.voice, keeping.clips(config.data))
        kept = known_as(told.channel, came.sha256, visit.person.name, told.speaker, told.language, made, came.size, config.now())
        await asyncio.to_thread(keeping.put_files, config.data, came.sha256, came.path, made.picture)
    else:
        kept = replace(known, speaker=told.speaker, language=told.language)
    async with request.app[STORAGE].writing() as connection:
        await keeping.keep(connection, kept)
        detail = f"{kept.channel} {kept.sha256} {kept.seconds:.0f} s {kept.language} {kept.speaker}"
        await note(connection, Event.RECORDING_KEPT, config.now(), visit.person.name, block=block(request), detail=detail[:300])
    return known is not None, kept


@routes.get(RECORDING)
@page_of
async def recorded(request: web.Request, visit: Visit) -> web.StreamResponse:
    """What was found and mended, how it will sound on horns, and the way on."""
    kept = await _asked(request, visit)
    return render(request, "recorded.html", visit=visit, kept=kept, say=words)


@routes.get(RECORDING + "/clip")
@page_of
async def clip(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The sound, as horns will play it."""
    kept = await _asked(request, visit)
    path = keeping.clip_of(request.app[CONFIG].data, kept.clip)
    return web.FileResponse(path, headers={**HEADERS, "Content-Type": MediaType.OPUS.value})


@routes.get(RECORDING + "/wave.svg")
@page_of
async def picture(request: web.Request, visit: Visit) -> web.StreamResponse:
    """The wave as it came and as it goes on."""
    kept = await _asked(request, visit)
    path = keeping.picture_of(request.app[CONFIG].data, kept.sha256)
    return web.FileResponse(path, headers={**HEADERS, "Content-Type": "image/svg+xml"})


async def _asked(request: web.Request, visit: Visit) -> Kept:
    channel, sha256 = request.match_info["channel"], request.match_info["sha256"]
    async with request.app[STORAGE].reading() as connection:
        found = await keeping.one(connection, channel, sha256) if channel in visit.person.channels else None
    if found is None:
        raise web.HTTPNotFound
    return found
