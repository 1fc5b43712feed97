"""Where the unit's own page is reached: by a Wi-Fi of its own, or by the network that the unit is in."""

import ipaddress
from contextlib import suppress
from dataclasses import dataclass

from bundle.errors import Refused, refuse
from provisioning.network.manager import Device, Hotspot, Network, Seen

WHERE = "trang kỹ thuật / service page"


@dataclass(frozen=True)
class Place:
    """The *address*, by *hotspot* or by a network that was there before; *seen* are those in reach.

    *replaced*: the unit has left a Wi-Fi for it. *movable*: it is reached by a Wi-Fi in whose place the unit's own could open.
    """

    address: str
    hotspot: Hotspot | None
    seen: tuple[Seen, ...] = ()
    replaced: bool = False
    movable: bool = False


async def find_place(network: Network, unit: str, passphrase: str | None, spare: bool) -> Place:
    """A hotspot where there is a radio, unless the unit has joined a Wi-Fi that it cannot *spare*; ``Refused`` when there is no way."""
    devices = await network.devices()
    radio = [each for each in devices if each.kind == "wifi" and each.state not in ("unavailable", "unmanaged")]
    joined = any(each.state == "connected" for each in radio)
    tried = bool(radio) and (spare or not joined)
    if tried:
        with suppress(Refused):
            seen = await network.seen()
            hotspot = await network.hotspot(unit, passphrase)
            return Place(hotspot.address, hotspot, seen, replaced=joined)
        devices = await network.devices()
    for each in devices:
        if each.kind in ("wifi", "ethernet") and each.state == "connected":
            address = await network.address(each.name)
            # A modem's address is never one of these kinds; a public one would be open to the whole world.
            if address is not None and ipaddress.ip_address(address).is_private:
                seen = await network.seen(rescan=False) if radio else ()
                return Place(address, None, seen, movable=each.kind == "wifi" and not tried)
    raise await _no_place(network, devices)


async def _no_place(network: Network, devices: tuple[Device, ...]) -> Refused:
    """Why there is no way to the page: no radio at all, or one that cannot be used."""
    if not any(each.kind == "wifi" and each.state == "unavailable" for each in devices):
        what = "không có Wi-Fi hay cáp mạng nào để mở trang / there is neither Wi-Fi nor cable by which a page could be opened"
        return refuse(WHERE, what, "cắm Wi-Fi USB hoặc cáp mạng / plug in a Wi-Fi dongle or a cable")
    if await network.switched_off():
        what = "có Wi-Fi nhưng đang bị tắt (rfkill): dùng cáp mạng / there is Wi-Fi, but it is switched off (rfkill): use a cable"
        return refuse(WHERE, what, "cắm cáp mạng / plug in a cable")
    what = "có Wi-Fi nhưng không chạy (thiếu firmware?): dùng cáp mạng / there is Wi-Fi, but it does not work (no firmware?): use a cable"
    return refuse(WHERE, what, "cắm cáp mạng / plug in a cable")
