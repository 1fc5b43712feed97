"""A simulated nmcli: profiles and networks in one file, answers and exit codes as NetworkManager 1.42 gave them."""

import contextlib
import io
import json
import sys
import uuid
from pathlib import Path

SCRIPT = '#!/bin/sh\nexec "{python}" -S -E "{here}" "{state}" "$@"\n'
REACH = (("Nhà Văn Hoá", "mat-khau-1", 80), ("Xã", "mat-khau-2", 40))
UNKNOWN, ACTIVATION = 10, 4


class Air:
    """The world around a unit: what is in reach, and what NetworkManager keeps; *program* is what the code under test calls."""

    def __init__(
        self,
        folder: Path,
        networks=(("Nhà Văn Hoá", "mat-khau-1", 80), ("Xã", "mat-khau-2", 40)),
        cable=None,
        own="10.42.0.1/24",
        lan="192.168.1.23/24",
    ) -> None:
        self.state, self.program = folder / "air.json", folder / "nmcli"
        networks = [{"ssid": ssid, "psk": psk, "signal": signal} for ssid, psk, signal in networks]
        self.write(
            {
                "networks": networks,
                "profiles": [],
                "active": None,
                "wifi": True,
                "radio": "enabled",
                "access_point": True,
                "cable": cable,
                "addresses": {"shared": own, "auto": lan},
                "calls": [],
            }
        )
        self.program.write_text(SCRIPT.format(python=sys.executable, here=__file__, state=self.state))
        self.program.chmod(0o755)

    def read(self) -> dict:
        return json.loads(self.state.read_text())

    def write(self, state: dict) -> None:
        _save(self.state, state)

    def set(self, **changes) -> None:
        self.write(self.read() | changes)

    def profiles(self) -> dict:
        return {each["name"]: each for each in self.read()["profiles"]}

    def active(self) -> str | None:
        return self.read()["active"]

    def said(self) -> str:
        """Every word of every call, as any program on the unit can read it."""
        return "\n".join(" ".join(call) for call in self.read()["calls"])

    def boot(self) -> str | None:
        """Power comes back: profiles in RAM are gone, and the first that works of those that come back by themselves is in use."""
        state = self.read()
        state["profiles"] = [each for each in state["profiles"] if not each["temporary"]]
        state["active"] = None
        by_rank = sorted((each for each in state["profiles"] if each["again"]), key=lambda each: -each["priority"])
        state["active"] = next((each["name"] for each in by_rank if _works(state, each) is None), None)
        self.write(state)
        return state["active"]


def _works(state: dict, profile: dict) -> str | None:
    if not state["wifi"] or state["radio"] != "enabled":
        return "No suitable device found for this connection (device lo not available because device is strictly unmanaged)."
    if profile["mode"] == "ap":
        # A Pi's own radio: https://github.com/raspberrypi/linux/issues/7247.
        return None if profile["pmf"] == "disable" and state["access_point"] else "802.1X supplicant took too long to authenticate"
    there = next((each for each in state["networks"] if each["ssid"] == profile["ssid"]), None)
    if there is None:
        return "The Wi-Fi network could not be found"
    return None if there["psk"] == profile["psk"] else "Secrets were required, but not provided"


def _escaped(*words: str) -> str:
    return ":".join(word.replace("\\", "\\\\").replace(":", "\\:") for word in words)


def _fail(code: int, words: str) -> None:
    print(f"Error: {words}")
    raise SystemExit(code)


def _named(state: dict, name: str) -> dict:
    for each in state["profiles"]:
        if name in (each["name"], each["uuid"]):
            return each
    print(f"Error: unknown connection '{name}'.")
    raise SystemExit(UNKNOWN)


def _device(state: dict, words: list[str]) -> None:
    if words[:2] == ["wifi", "list"]:
        for each in state["networks"] if state["wifi"] else []:
            print(_escaped(each["ssid"], str(each["signal"]), "WPA2" if each["psk"] else ""))
    elif words[:1] == ["show"]:
        wifi = words[1] == "wlan0"
        mode = _named(state, state["active"])["method"] if wifi and state["active"] else None
        print(state["addresses"][mode] if wifi and mode else state["cable"] or "" if words[1] == "eth0" else "")
    else:
        if state["wifi"]:
            how = "connected" if state["active"] else "disconnected" if state["radio"] == "enabled" else "unavailable"
            print(_escaped("wlan0", "wifi", how, state["active"] or ""))
        print(_escaped("eth0", "ethernet", *(("connected", "Wired connection 1") if state["cable"] else ("unavailable", ""))))
        print(_escaped("lo", "loopback", "unmanaged", ""))


def _add(state: dict, words: list[str]) -> None:
    given = dict(zip(words[::2], words[1::2], strict=True))
    state["profiles"].append(
        {
            "name": given["con-name"],
            "uuid": str(uuid.uuid4()),
            "ssid": given["ssid"],
            "psk": None,
            "mode": given.get("802-11-wireless.mode", "infrastructure"),
            "method": given.get("ipv4.method", "auto"),
            "pmf": given.get("wifi-sec.pmf", "default"),
            "again": given["autoconnect"] == "yes",
            "priority": 0,
            "temporary": given.get("save") == "no",
        }
    )


def _change(state: dict, words: list[str]) -> None:
    profile = _named(state, words[0])
    for name, value in zip(words[1::2], words[2::2], strict=True):
        match name:
            case "connection.id":
                if state["active"] == profile["name"]:
                    state["active"] = value
                profile["name"] = value
            case "connection.autoconnect":
                profile["again"] = value == "yes"
            case "connection.autoconnect-priority":
                profile["priority"] = int(value)


def _edit(state: dict, name: str, typed: str) -> None:
    profile = _named(state, name)
    for line in typed.splitlines():
        if line.startswith("set 802-11-wireless-security.psk "):
            psk = line.removeprefix("set 802-11-wireless-security.psk ").strip()
            if not 8 <= len(psk) <= 64:
                print(f"Error: Failed to save '{name}': 802-11-wireless-security.psk: property is invalid")
                return
            profile["psk"] = psk


def _connection(state: dict, words: list[str], typed: str) -> None:
    match words:
        case ["show"]:
            for each in state["profiles"]:
                print(_escaped(each["name"], each["uuid"], "yes" if each["again"] else "no"))
        case ["add", *rest]:
            _add(state, [word for word in rest if word != "--"])
        case ["edit", name]:
            _edit(state, name, typed)
        case ["modify", *rest]:
            _change(state, rest)
        case ["delete", "uuid", name]:
            profile = _named(state, name)
            state["profiles"].remove(profile)
            state["active"] = None if state["active"] == profile["name"] else state["active"]
        case ["up", name]:
            why = _works(state, _named(state, name))
            state["active"] = None if why else name
            if why:
                _fail(ACTIVATION, f"Connection activation failed: {why}")


def _save(path: Path, state: dict) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps(state, ensure_ascii=False))
    new.rename(path)


def call(path: Path, words: list[str], typed: str) -> tuple[int, str]:
    """Exit code and what is printed."""
    state = json.loads(path.read_text())
    state["calls"].append(words)
    while words and words[0].startswith("-"):
        words = words[1:] if words[0] == "--terse" else words[2:]
    code, out = 0, io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            if words[0] == "device":
                _device(state, words[1:])
            elif words[0] == "radio":
                # As its -f WIFI-HW,WIFI tells.
                print(_escaped("enabled" if state["wifi"] else "missing", "disabled" if state["radio"] == "disabled" else "enabled"))
            else:
                _connection(state, words[1:], typed)
        except SystemExit as end:
            code = int(str(end.code))
    _save(path, state)
    return code, out.getvalue()


if __name__ == "__main__":
    typed_in = sys.stdin.read() if "edit" in sys.argv else ""
    ended, said = call(Path(sys.argv[1]), sys.argv[2:], typed_in)
    sys.stdout.write(said)
    sys.exit(ended)
