"""Work under way on the phone: what is told, what is asked, and the answer."""

import asyncio
from typing import Any

from aiohttp import web
from aiohttp.web_request import FileField
from multidict import MultiDictProxy

from bundle.errors import refuse
from provisioning.page.site import OPENING, page
from provisioning.page.work import Piece
from provisioning.page.wrong import wrongs
from provisioning.photo import small_photo
from provisioning.questions import Choice, Form, Line, Number, Photo, Question, YesNo

routes = web.RouteTableDef()
NEWS_WAIT = 20.0
"""Seconds after which the phone asks again, so that it notices when the unit is gone."""
Sent = MultiDictProxy[str | bytes | bytearray | FileField]


@routes.get("/task")
async def work(request: web.Request) -> web.Response:
    """The work under way, or the last one."""
    piece = request.app[OPENING].work.piece
    if piece is None:
        return web.Response(status=303, headers={"Location": "/"})
    technician = piece.technician
    asked = technician.asked
    return page(
        request,
        "work.html",
        piece=piece,
        version=technician.version,
        told=technician.told[-8:],
        asked=asked,
        kind=kind(asked.question) if asked else "",
        wrong=wrongs(asked.refused.complaints if asked and asked.refused else piece.failed),
    )


@routes.get("/task/news")
async def news(request: web.Request) -> web.Response:
    """Returns as soon as the page with this *version* is not the newest any more, or after a while."""
    piece = _piece(request)
    text = request.query.get("version", "0")
    version = int(text) if text.isdecimal() and len(text) < 10 else 0
    if not piece.done:
        await asyncio.to_thread(piece.technician.wait, version, NEWS_WAIT)
    return web.json_response({"version": piece.technician.version})


@routes.post("/task/answer")
async def answer(request: web.Request) -> web.Response:
    """The answer to the question that the form was for; one that was answered meanwhile is passed over."""
    piece, sent = _piece(request), await request.post()
    asked, number = piece.technician.asked, str(sent.get("n", ""))
    if asked is not None and number == str(asked.n):
        text = "" if "skip" in sent else await asyncio.to_thread(_text, asked.question, sent)
        piece.technician.answer(asked.n, text)
    return web.Response(status=303, headers={"Location": "/task"})


def kind(question: Question[Any]) -> str:
    """Which form the page shows for *question*."""
    match question:
        case YesNo():
            return "yes-no"
        case Number():
            return "number"
        case Choice():
            return "choice"
        case Line():
            return "line"
        case Form():
            return "form"
        case Photo():
            return "photo"
    raise TypeError(f"no page can ask a {type(question).__name__}")


def _text(question: Question[Any], sent: Sent) -> str:
    """What was filled in, as the text that *question* reads; empty when it was left open."""
    match question:
        case Form(blanks=blanks):
            lines = {blank.id: str(sent.get(f"blank-{blank.id}", "")) for blank in blanks}
            return Form.written(lines) if any(line.strip() for line in lines.values()) else ""
        case Photo(largest=largest):
            photo = sent.get("photo")
            data = photo.file.read() if isinstance(photo, FileField) else b""
            return Photo.written(small_photo(data, largest)) if data else ""
        case _:
            return str(sent.get("answer", ""))[:2000].strip()


def _piece(request: web.Request) -> Piece:
    piece = request.app[OPENING].work.piece
    if piece is None:
        raise refuse("trang / page", "không có việc gì đang làm / nothing is under way", "về trang đầu / go to the first page")
    return piece
