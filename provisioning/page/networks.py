"""The Wi-Fi on the phone: chosen from a list, or pasted as the text of a Wi-Fi QR code."""

from aiohttp import web
from pydantic import ValidationError

from bundle.errors import Refused, refuse
from provisioning.page.site import OPENING, Opening, page
from provisioning.page.work import DONE, Piece
from provisioning.probe import Pair
from provisioning.wifi import Wifi, wifi_of

routes = web.RouteTableDef()
LONGEST = 600
WHERE = "Wi-Fi"


@routes.get("/wifi")
async def wifi(request: web.Request) -> web.Response:
    """The networks that were seen before the unit's own Wi-Fi opened, and a place for any other."""
    return page(request, "wifi.html", seen=request.app[OPENING].seen)


@routes.post("/wifi")
async def join(request: web.Request) -> web.Response:
    """Begin to change the Wi-Fi; the phone loses its connection while that goes on, so the board tells of it too."""
    opening, sent = request.app[OPENING], await request.post()
    wanted = wanted_wifi({name: str(sent.get(name, ""))[:LONGEST] for name in ("qr", "ssid", "other", "passphrase")})
    opening.work.go(("Đổi Wi-Fi", "Changing the Wi-Fi"), lambda piece: _join(opening, wanted, piece))
    return web.Response(status=303, headers={"Location": "/task"})


def wanted_wifi(sent: dict[str, str]) -> Wifi:
    """The network that a form names; ``Refused`` says what is missing and repeats no passphrase."""
    if sent["qr"].strip():
        return wifi_of(sent["qr"])
    ssid = sent["other"].strip() or sent["ssid"]
    if not ssid:
        raise refuse(
            WHERE, "chưa chọn mạng nào / no network was chosen", "chọn trong danh sách, hoặc nhập tên / choose one or type its name"
        )
    try:
        return Wifi(ssid=ssid, passphrase=sent["passphrase"] or None, hidden=bool(sent["other"].strip()))
    except ValidationError as problem:
        what = "; ".join(each["msg"].removeprefix("Value error, ") for each in problem.errors(include_url=False, include_input=False))
        raise refuse(WHERE, what, "sửa tên hoặc mật khẩu / correct the name or the passphrase") from None


async def _join(opening: Opening, wanted: Wifi, piece: Piece) -> Pair:
    try:
        await opening.join(wanted, piece.technician.tell)
    except Refused:
        piece.technician.tell(("Chưa nối được, mạng cũ được dùng lại", "Not joined; the network of before is used again"))
        raise
    return DONE
