"""The Wi-Fi of ``bangtin.toml`` for NetworkManager, and the passphrase off the boot partition once that is done."""

import tomllib
import uuid

import tomlkit

from device.durable import replace
from device.paths import Paths
from provisioning.card.wiping import wipe
from provisioning.wifi import Wifi

PROFILE = "bangtin-wifi"
_OURS = uuid.UUID("1d9f2b0a-6c0e-4f3a-9a55-1c1f0a6f0b7e")
TAKEN = "# Wi-Fi đã nhận, mật khẩu đã xoá khỏi thẻ · Wi-Fi taken over, its passphrase removed from this card"


def take_over(paths: Paths, wifi: Wifi, text: str) -> None:
    """Make *wifi* the unit's network, durably, then take it out of the boot file, whose *text* it stands in. Raises ``OSError``."""
    # Written here rather than asked for: it is there before NetworkManager starts, and on the card before the other one is gone.
    replace(paths.network_profile, profile(wifi).encode(), 0o600)
    wipe(paths.boot_toml, without(text).encode())


def profile(wifi: Wifi) -> str:
    """NetworkManager's own file for it: https://networkmanager.dev/docs/api/latest/nm-settings-keyfile.html."""
    ssid = "".join(f"{byte};" for byte in wifi.ssid.encode())
    name = uuid.uuid5(_OURS, wifi.ssid)
    sections = {
        "connection": {"id": PROFILE, "uuid": str(name), "type": "wifi", "autoconnect": "true", "autoconnect-priority": "10"},
        "wifi": {"mode": "infrastructure", "ssid": ssid, "hidden": str(wifi.hidden).lower()},
        "wifi-security": {"key-mgmt": "wpa-psk", "psk": _escaped(wifi.passphrase or "")} if wifi.passphrase else {},
        "ipv4": {"method": "auto"},
        "ipv6": {"method": "auto"},
    }
    return "\n".join(
        f"[{section}]\n" + "".join(f"{name}={value}\n" for name, value in values.items()) for section, values in sections.items() if values
    )


def without(text: str) -> str:
    """The boot file without its Wi-Fi; comments, line ends and everything else stay."""
    document = tomlkit.parse(text)
    document.pop("wifi", None)
    after, wanted = tomlkit.dumps(document), {name: value for name, value in tomllib.loads(text).items() if name != "wifi"}
    try:
        kept = after if tomllib.loads(after) == wanted else tomlkit.dumps(wanted)
    except tomllib.TOMLDecodeError:
        kept = tomlkit.dumps(wanted)
    ending = "\r\n" if "\r\n" in text else "\n"
    return TAKEN + ending + kept.removeprefix(TAKEN + ending)


def _escaped(value: str) -> str:
    # GLib cuts spaces off both ends.
    return value.replace("\\", "\\\\").replace(" ", "\\s")
