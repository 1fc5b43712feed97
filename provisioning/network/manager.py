"""What the unit wants of NetworkManager: see networks, join one without losing the old one, open and end its own hotspot."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from bundle.errors import Refused, refuse
from provisioning.network.nmcli import WHERE, Nmcli
from provisioning.network.terse import rows
from provisioning.probe import Pair
from provisioning.wifi import Wifi

OURS, OLD, NEW, HOTSPOT = "bangtin-wifi", "bangtin-old", "bangtin-new", "bangtin-hotspot"
"""Our profiles: the Wi-Fi in use, the one before it, one on trial, and the unit's own, which lives in RAM."""
LONGEST_NAME = 32
"""Bytes of a Wi-Fi's name (IEEE 802.11)."""
JOIN_WAIT, HOTSPOT_WAIT = 45.0, 20.0
HOTSPOT_ADDRESS = "10.42.0.1"
"""Where the unit is in its own Wi-Fi; it stands on its label."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on a label or a board."""
_PREFER = ("connection.autoconnect", "yes", "connection.autoconnect-priority")
Progress = Callable[[Pair], None]


@dataclass(frozen=True)
class Device:
    """One network interface; *kind* and *state* in NetworkManager's words, *connection* is the profile that it uses."""

    name: str
    kind: str
    state: str
    connection: str


@dataclass(frozen=True)
class Seen:
    """A Wi-Fi network in reach; *signal* in percent, *secured* when it wants a passphrase."""

    ssid: str
    signal: int
    secured: bool


@dataclass(frozen=True)
class Hotspot:
    """The unit's own Wi-Fi, by which its page is reached at *address*."""

    ssid: str
    address: str
    passphrase: str = field(repr=False)


def _untold(_: Pair) -> None:
    """Nobody watches."""


class Network:
    """Everything here may be cut by power at any step: a Wi-Fi that worked comes back by itself until the new one has worked."""

    def __init__(self, nmcli: Nmcli | None = None) -> None:
        self._nmcli = nmcli or Nmcli()
        self._turn = asyncio.Lock()

    async def devices(self) -> tuple[Device, ...]:
        """Every interface."""
        return tuple(Device(*row) for row in rows(await self._nmcli.run("-f", "DEVICE,TYPE,STATE,CONNECTION", "device"), 4))

    async def switched_off(self) -> bool:
        """Whether Wi-Fi is switched off, by NetworkManager or by the kernel's own switch (rfkill)."""
        return any("disabled" in row for row in rows(await self._nmcli.run("-f", "WIFI-HW,WIFI", "radio"), 2))

    async def address(self, device: str) -> str | None:
        """The first IPv4 address of *device*."""
        text = await self._nmcli.run("-g", "IP4.ADDRESS", "device", "show", device)
        first = text.replace(" | ", "\n").strip().partition("\n")[0]
        return first.partition("/")[0] or None

    async def seen(self, rescan: bool = True) -> tuple[Seen, ...]:
        """The networks in reach, the strongest first; while the hotspot is open that is what was seen before."""
        asked = ("device", "wifi", "list", "--rescan", "yes" if rescan else "no")
        best: dict[str, Seen] = {}
        for ssid, signal, security in rows(await self._nmcli.run("-f", "SSID,SIGNAL,SECURITY", *asked, wait=15), 3):
            found = Seen(ssid, int(signal) if signal.isdigit() else 0, security not in ("", "--"))
            if ssid and (ssid not in best or best[ssid].signal < found.signal):
                best[ssid] = found
        return tuple(sorted(best.values(), key=lambda each: -each.signal))

    async def join(self, wifi: Wifi, progress: Progress = _untold) -> None:
        """Join *wifi* for good; ``Refused`` says why not, and the network of before is used again."""
        async with self._turn:
            await self._tidy()
            progress((f"Đang kết nối Wi-Fi {wifi.ssid}…", f"Joining Wi-Fi {wifi.ssid}…"))
            try:
                await self._add(NEW, wifi)
                await self._nmcli.run("connection", "up", NEW, wait=JOIN_WAIT)
            except (Refused, asyncio.CancelledError):
                await self._forget(NEW)
                await self._back()
                raise
            # From here on the new one comes back after a cut; the rest only gives it its name.
            await self._nmcli.run("connection", "modify", NEW, *_PREFER, "10")
            await self._tidy()
            await self._forget(HOTSPOT)
            progress((f"Đã kết nối Wi-Fi {wifi.ssid}", f"Wi-Fi {wifi.ssid} is joined"))

    async def hotspot(self, unit: str, passphrase: str | None = None) -> Hotspot:
        """Open the unit's own Wi-Fi under a name of its own, in the place of one that was joined; ``Refused`` when it cannot.

        *passphrase* is that of its label, unset: one that nobody had before.
        """
        async with self._turn:
            await self._forget(HOTSPOT)
            joined = any(each.kind == "wifi" and each.state == "connected" for each in await self.devices())
            secret = passphrase or new_passphrase()
            wifi = Wifi(ssid=hotspot_name(unit), passphrase=secret)
            radio = ("802-11-wireless.mode", "ap", "802-11-wireless.band", "bg")
            shared = ("ipv4.method", "shared", "ipv4.addresses", f"{HOTSPOT_ADDRESS}/24", "ipv6.method", "disabled")
            # WPA2 with AES alone; stations cannot reach one another. Without protected management frames, because a Pi's own radio opens
            # no access point with them, or one that nobody can join: https://github.com/raspberrypi/linux/issues/7247 and /3619.
            cipher = ("wifi-sec.proto", "rsn", "wifi-sec.pairwise", "ccmp", "wifi-sec.group", "ccmp", "wifi-sec.pmf", "disable")
            strict = (*cipher, "802-11-wireless.ap-isolation", "1")
            try:
                await self._add(HOTSPOT, wifi, *radio, *shared, *strict, in_ram=True)
                await self._nmcli.run("connection", "up", HOTSPOT, wait=HOTSPOT_WAIT)
                used = next((each.name for each in await self.devices() if each.connection == HOTSPOT), None)
                address = await self.address(used) if used else None
                if address is None:
                    raise refuse(WHERE, "Wi-Fi riêng chưa có địa chỉ / the hotspot has no address", "thử lại / try again")
            except (Refused, asyncio.CancelledError):
                await self._forget(HOTSPOT)
                if joined:
                    await self._back()
                raise
            return Hotspot(wifi.ssid, address, secret)

    async def end_hotspot(self) -> None:
        """Close the unit's own Wi-Fi; the network of before is used again. Does nothing when none is open."""
        async with self._turn:
            if await self._forget(HOTSPOT):
                await self._back()

    async def _add(self, name: str, wifi: Wifi, *more: str, in_ram: bool = False) -> None:
        secured = ("wifi-sec.key-mgmt", "wpa-psk") if wifi.passphrase is not None else ()
        hidden = ("802-11-wireless.hidden", "yes") if wifi.hidden else ()
        what = (
            "type",
            "wifi",
            "con-name",
            name,
            "ifname",
            "*",
            "ssid",
            wifi.ssid,
            "autoconnect",
            "no",
            *(("save", "no") if in_ram else ()),
        )
        await self._nmcli.run("connection", "add", *what, "--", *secured, *hidden, *more)
        if wifi.passphrase is not None:
            how = "temporary" if in_ram else "persistent"
            typed = f"set 802-11-wireless-security.psk {psk_of(wifi.ssid, wifi.passphrase)}\nsave {how}\nquit\n"
            await self._nmcli.run("connection", "edit", name, typed=typed)

    async def _forget(self, name: str) -> bool:
        """Whether there was one of that *name*."""
        found = [uuid for known, uuid, _ in await self._profiles() if known == name]
        for uuid in found:
            with suppress(Refused):
                await self._nmcli.run("connection", "delete", "uuid", uuid)
        return bool(found)

    async def _back(self) -> None:
        """Use what worked before, first of all the unit's own hotspot; NetworkManager may do so by itself, this does it at once."""
        for name in (HOTSPOT, OURS, OLD):
            if name in [known for known, _, _ in await self._profiles()]:
                with suppress(Refused):
                    await self._nmcli.run("connection", "up", name, wait=JOIN_WAIT)
                    return

    async def _tidy(self) -> None:
        """Take up what a power cut left: a new Wi-Fi that has worked gets its name, one that has not is forgotten."""
        profiles = await self._profiles()
        if not any(name == NEW for name, _, _ in profiles):
            return
        if not any(name == NEW and again == "yes" for name, _, again in profiles):
            await self._forget(NEW)
            return
        if any(name == OURS for name, _, _ in profiles):
            await self._forget(OLD)
            await self._nmcli.run("connection", "modify", OURS, "connection.id", OLD, *_PREFER, "0")
        await self._nmcli.run("connection", "modify", NEW, "connection.id", OURS)

    async def _profiles(self) -> list[tuple[str, str, str]]:
        text = await self._nmcli.run("-f", "NAME,UUID,AUTOCONNECT", "connection", "show")
        return [(name, uuid, again) for name, uuid, again in rows(text, 3)]


def hotspot_name(unit: str) -> str:
    """The name of the own Wi-Fi of *unit*, at most 32 bytes and no other unit's: what does not fit is told apart by a digest."""
    whole = f"bangtin-{unit}"
    return whole if len(whole) <= LONGEST_NAME else f"{whole[: LONGEST_NAME - 9]}-{hashlib.sha256(unit.encode()).hexdigest()[:8]}"


def new_passphrase() -> str:
    """One that nobody had before, of 59 bits: easy to type, hopeless to try out over the air or from a recording."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


def psk_of(ssid: str, passphrase: str) -> str:
    """What nmcli's editor is told: it takes no spaces at the ends, so then the key that 802.11 derives from *passphrase*."""
    if passphrase == passphrase.strip():
        return passphrase
    return hashlib.pbkdf2_hmac("sha1", passphrase.encode(), ssid.encode(), 4096, 32).hex()
