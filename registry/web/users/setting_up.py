"""The page to which an invitation leads: whoever opens it chooses a password and proves the codes of their app."""

import io
from collections.abc import Sequence

import segno
from aiohttp import web

from bundle.errors import Complaint, Refused, refuse
from registry.people import codes
from registry.people.setting_up import opened, set_up
from registry.web.config import CONFIG, STORAGE
from registry.web.users.entering import ENTRANCE, Form, keep, open_form, whence
from registry.web.users.session import render

SET_UP = "/set-up"

routes = web.RouteTableDef()


@routes.get(SET_UP)
async def invited(request: web.Request) -> web.StreamResponse:
    """Where the link leads; looking at it uses nothing up, as programs do that show a preview of links."""
    return render(request, "users/invited.html")


@routes.post(SET_UP)
@open_form
async def choosing(request: web.Request, form: Form) -> web.StreamResponse:
    """Password and app; 403 when the link is worth nothing."""
    return await _choose(request, form.get("link", ""), ())


@routes.post(f"{SET_UP}/done")
@open_form
async def chosen(request: web.Request, form: Form) -> web.StreamResponse:
    """The account is set up and the browser signed in: the recovery codes, once; 403 with what is wrong."""
    link, password = form.get("link", ""), form.get("password", "")
    try:
        entrance, now, password = request.app[ENTRANCE], request.app[CONFIG].now(), same(password, form.get("again", ""))
        secret, given = await set_up(entrance, link, password, form.get("code", ""), whence(request), now)
    except Refused as refused:
        return await _choose(request, link, refused.complaints)
    return keep(request, render(request, "users/recovery.html", given=given), secret)


def same(password: str, again: str) -> str:
    """*password*, typed twice; ``Refused`` when the two differ."""
    if password != again:
        what = "hai lần gõ mật khẩu khác nhau / the password was typed in two ways"
        raise refuse("mật khẩu / password", what, "gõ lại cả hai ô / type both again")
    return password


def picture(text: str) -> str:
    """*text* as a code for a camera, as SVG that stands in the page itself."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, light="#fff")
    return drawn.getvalue().decode()


async def _choose(request: web.Request, link: str, complaints: Sequence[Complaint]) -> web.Response:
    now = request.app[CONFIG].now()
    try:
        async with request.app[STORAGE].writing() as connection:
            name, seed = await opened(connection, request.app[ENTRANCE].seeds, link, now)
    except Refused as refused:
        return render(request, "users/refused.html", 403, complaints=refused.complaints)
    address = codes.address(seed, name)
    shown = {"name": name, "address": address, "seed": seed, "picture": picture(address)}
    more = {"link": link, "complaints": complaints, "limits": request.app[CONFIG].people}
    return render(request, "users/set_up.html", 403 if complaints else 200, None, **shown, **more)
