"""One Wi-Fi network as a person gives it: name and passphrase, or the text of the QR code that a phone shows for it. Pure."""

import re
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from bundle.base import Line, Model
from bundle.errors import refuse

_FIELD = re.compile(r"([A-Za-z0-9]+):((?:\\.|[^\\;])*);")
_OPEN = ("", "NOPASS")
_PERSONAL = ("WPA", "WPA2", "WPA3", "SAE")


class Wifi(Model):
    """*ssid* has at most 32 bytes; *passphrase* 8 to 63 signs of ASCII or 64 hexadecimal digits (IEEE 802.11), none for an open network."""

    ssid: Line
    passphrase: Annotated[str | None, Field(repr=False)] = None
    hidden: bool = False

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if len(self.ssid.encode()) > 32:
            raise ValueError("tên Wi-Fi dài quá 32 byte / the name of a Wi-Fi has at most 32 bytes")
        if self.passphrase is not None and not re.fullmatch(r"[\x20-\x7e]{8,63}|[0-9a-fA-F]{64}", self.passphrase):
            what = "8–63 chữ không dấu, hoặc 64 số hex / 8 to 63 signs without accents, or 64 hexadecimal digits"
            raise ValueError(f"mật khẩu Wi-Fi phải có {what}")
        return self


def wifi_of(text: str) -> Wifi:
    """The network in the *text* of a Wi-Fi QR code, ``WIFI:T:WPA;S:name;P:passphrase;;``; ``Refused`` when it is none that we can join.

    The format is that of ZXing, which phones agree on: https://github.com/zxing/zxing/wiki/Barcode-Contents
    """
    where, body = "Wi-Fi", text.strip()
    if not body.upper().startswith("WIFI:"):
        raise refuse(where, "không phải mã QR của Wi-Fi / not the QR code of a Wi-Fi", "WIFI:T:WPA;S:tên;P:mật khẩu;;")
    listed = _FIELD.findall(body[5:] if body.endswith(";") else body[5:] + ";")
    fields = {name.upper(): re.sub(r"\\(.)", r"\1", value) for name, value in listed}
    kind = fields.get("T", "").upper()
    if kind not in (*_OPEN, *_PERSONAL):
        what = f"kiểu bảo mật {kind} không dùng được / security {kind} is not supported"
        raise refuse(where, what, "dùng WPA2 hoặc WPA3 có mật khẩu / use WPA2 or WPA3 with a passphrase")
    secret = fields.get("P") or None
    if kind in _PERSONAL and secret is None:
        raise refuse(where, "mã QR thiếu mật khẩu / the QR code lacks the passphrase", "chia sẻ lại mã / share the code again")
    try:
        return Wifi(ssid=fields.get("S", ""), passphrase=None if kind in _OPEN else secret, hidden=fields.get("H", "").lower() == "true")
    except ValidationError as problem:
        # Its own text would repeat what was typed.
        what = "; ".join(each["msg"] for each in problem.errors(include_url=False, include_input=False))
        raise refuse(where, what, "sửa tên hoặc mật khẩu / correct the name or the passphrase") from None
