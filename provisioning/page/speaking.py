"""The village head's buttons: a duty holder proves their own PIN once, starts approved words in two taps, and anybody stops them in one."""

import asyncio

from aiohttp import web

from bundle.errors import Complaint, Refused, refuse
from evidence.override import Opened
from provisioning.holders import Right, holders, prove
from provisioning.opening import Unit, Wish, check, close, open_proven, this_unit, words
from provisioning.page.session import Phone
from provisioning.page.site import OPENING, PHONE, page
from provisioning.page.stored import Stored, buttons, progress
from provisioning.page.wrong import wrongs

SPEAK = "/speak"
routes = web.RouteTableDef()


@routes.get(SPEAK)
async def speak(request: web.Request) -> web.Response:
    """What may be started, for whoever has proven their PIN on this phone; what goes on, for everybody."""
    return await asyncio.to_thread(_page, request, _phone(request), ())


@routes.post(f"{SPEAK}/enter")
async def enter(request: web.Request) -> web.Response:
    """A duty holder's own PIN: right, it need not be typed again on this phone; wrong ones slow down as at the unit's terminal."""
    phone, sent = _phone(request), await request.post()
    name, pin = str(sent.get("name", ""))[:300], str(sent.get("pin", ""))[:100]
    opening = request.app[OPENING]
    try:
        known = await asyncio.to_thread(prove, opening.paths, name, pin, opening.clock.now(), Right.SPEAK)
    except Refused as refused:
        return await asyncio.to_thread(_page, request, phone, refused.complaints)
    phone.speaker = known.name
    return _back()


@routes.post(f"{SPEAK}/leave")
async def leave(request: web.Request) -> web.Response:
    """Somebody else speaks next."""
    _phone(request).speaker = ""
    return _back()


@routes.get(SPEAK + "/{what:phrase|session}/{item:[a-z0-9-]+}")
async def ask(request: web.Request) -> web.Response:
    """The words once more, and the button that starts them; or why nothing would sound."""
    phone, what, item = _phone(request), Opened(request.match_info["what"]), request.match_info["item"]
    if not phone.speaker:
        return _back()
    return await asyncio.to_thread(_ask, request, what, item)


@routes.post(f"{SPEAK}/start")
async def start(request: web.Request) -> web.Response:
    """Let it sound: by the same leave as ``bangtin provision speak``, in the holder's name."""
    phone, sent = _phone(request), await request.post()
    if not phone.speaker:
        return _back()
    wish = Wish(words(str(sent.get("what", ""))), str(sent.get("item", ""))[:64], "urgent" in sent)
    await asyncio.to_thread(lambda: open_proven(this_unit(request.app[OPENING].paths), wish, phone.speaker))
    return _back()


@routes.post(f"{SPEAK}/stop")
async def stop(request: web.Request) -> web.Response:
    """End what is open, whoever asks: stopping takes one person, and no PIN."""
    _phone(request)
    await asyncio.to_thread(lambda: close(this_unit(request.app[OPENING].paths)))
    return _back()


def _page(request: web.Request, phone: Phone, complaints: tuple[Complaint, ...]) -> web.Response:
    unit = this_unit(request.app[OPENING].paths)
    going = progress(unit)
    if going is not None and not going.over:
        return page(request, "speaking.html", going=going)
    if not phone.speaker:
        may = [holder.name for holder in holders(unit.paths) if holder.may(Right.SPEAK)]
        return page(request, "speaker.html", status=409 if complaints else 200, names=may, refused=wrongs(complaints))
    return page(request, "speak.html", speaker=phone.speaker, found=buttons(unit), last=going, none=_nothing(unit))


def _ask(request: web.Request, what: Opened, item: str) -> web.Response:
    unit = this_unit(request.app[OPENING].paths)
    found = _found(unit, what, item)
    wish = Wish(what, item)
    refused: tuple[Complaint, ...] = ()
    try:
        check(unit, wish)
    except Refused as problem:
        refused = problem.complaints
    urgent = bool(refused) and found.urgent and _sounds_if_urgent(unit, wish)
    return page(request, "speak_ask.html", found=found, refused=wrongs(refused), urgent=urgent)


def _sounds_if_urgent(unit: Unit, wish: Wish) -> bool:
    """Whether the night alone stands against it, which a holder may pass who answers for that."""
    try:
        check(unit, Wish(wish.what, wish.item, urgent=True))
    except Refused:
        return False
    return True


def _found(unit: Unit, what: Opened, item: str) -> Stored:
    found = next((each for each in buttons(unit) if each.what is what and each.id == item), None)
    if found is None:
        raise refuse(item, "không còn trong danh sách đã duyệt / is approved here no longer", "chọn câu khác / choose another")
    return found


def _nothing(unit: Unit) -> bool:
    """Whether the signed rules let nothing be opened on site at all."""
    return not unit.programme.policy().override_minutes


def _phone(request: web.Request) -> Phone:
    phone = request[PHONE]
    if phone is None:
        raise RuntimeError("the door lets nobody past without a PIN")
    return phone


def _back() -> web.Response:
    return web.Response(status=303, headers={"Location": SPEAK})
