"""The link: which way out the unit has, how strong it is, and what the SIM says, as NetworkManager and ModemManager tell it."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from provisioning.probe import Finding, Pair, Verdict

LINK: Pair = ("Đường mạng", "the link")
SIGNAL: Pair = ("Sóng", "signal")
SIM: Pair = ("SIM", "SIM")
PATIENCE = 10.0
"""Seconds."""
COMMANDS: dict[str, tuple[str, ...]] = {
    "devices": ("nmcli", "-t", "-f", "TYPE,STATE,CONNECTION", "device"),
    "wifi": ("nmcli", "-t", "-f", "IN-USE,SIGNAL,SSID", "device", "wifi", "list", "--rescan", "no"),
    "modem": ("mmcli", "-m", "any", "-K"),
    "sim": ("mmcli", "-i", "any", "-K"),
}
LOCKS = frozenset({"sim-pin", "sim-puk"})
"""What keeps a modem off the network; a second PIN (``sim-pin2``) keeps it from nothing that a unit does."""
_KINDS: dict[str, Pair] = {
    "ethernet": ("dây mạng", "cable"),
    "wifi": ("Wi-Fi", "Wi-Fi"),
    "gsm": ("4G", "4G"),
    "wwan": ("4G", "4G"),
}

Run = Callable[[Sequence[str]], str | None]


def run(command: Sequence[str]) -> str | None:
    """What *command* prints; None when it is not there, fails or hangs."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


@dataclass(frozen=True)
class LinkProbe:
    """Asks both once; *weakest* is the least signal in percent. Offline is normal: nothing here makes a unit unready."""

    weakest: float
    run: Run = run

    def look(self) -> tuple[Finding, ...]:
        """The way out, the signal of Wi-Fi or modem, and the SIM where there is a modem."""
        devices, modem = self.run(COMMANDS["devices"]), pairs(self.run(COMMANDS["modem"]))
        found = [_way(devices)]
        if modem:
            found += [self._modem_signal(modem), _sim(modem, pairs(self.run(COMMANDS["sim"])))]
        elif devices is not None and any(line.startswith("wifi:connected") for line in devices.splitlines()):
            found.append(self._wifi(self.run(COMMANDS["wifi"])))
        return tuple(found)

    def _modem_signal(self, modem: dict[str, str]) -> Finding:
        operator = modem.get("modem.3gpp.operator-name") or "?"
        return self._signal(modem.get("modem.generic.signal-quality.value", ""), operator)

    def _wifi(self, listed: str | None) -> Finding:
        used = next((line.split(":", 2) for line in (listed or "").splitlines() if line.startswith("*")), ["*", "", "?"])
        return self._signal(used[1], used[2])

    def _signal(self, percent: str, name: str) -> Finding:
        wanted = (f"≥ {self.weakest:g} %", f"≥ {self.weakest:g} %")
        do = ("dời hoặc thay ăng-ten; không được thì dùng người mang USB", "move or change the antenna, else use a courier")
        if not percent.isdigit():
            return Finding(Verdict.WARNING, SIGNAL, (f"{name}: chưa rõ", f"{name}: unknown"), wanted, do)
        observed = (f"{name}: {percent} %", f"{name}: {percent} %")
        verdict = Verdict.GOOD if int(percent) >= self.weakest else Verdict.WARNING
        return Finding(verdict, SIGNAL, observed, wanted, do)


def pairs(told: str | None) -> dict[str, str]:
    """``mmcli -K`` as a dictionary; what is not known it writes as ``--``."""
    lines = [line.partition(":") for line in (told or "").splitlines()]
    return {key.strip(): value.strip() for key, colon, value in lines if colon and value.strip() not in ("", "--")}


def _way(devices: str | None) -> Finding:
    wanted = ("một đường ra mạng, hoặc người mang USB", "one way out, or a courier")
    do = ("không có sóng thì báo xã cử người mang USB", "without coverage the commune names a courier")
    if devices is None:
        return Finding(Verdict.WARNING, LINK, ("chưa rõ, không có NetworkManager", "unknown, there is no NetworkManager"), wanted, do)
    for line in devices.splitlines():
        kind, state, *name = line.split(":")
        if kind in _KINDS and state == "connected":
            words = _KINDS[kind]
            return Finding(Verdict.GOOD, LINK, (f"{words[0]}: {':'.join(name)}", f"{words[1]}: {':'.join(name)}"), wanted)
    return Finding(Verdict.WARNING, LINK, ("không có mạng", "offline"), wanted, do)


def _sim(modem: dict[str, str], sim: dict[str, str]) -> Finding:
    wanted = ("không khóa PIN, không chuyển vùng", "no PIN lock, not roaming")
    lock, state = modem.get("modem.generic.unlock-required", ""), modem.get("modem.3gpp.registration-state", "")
    iccid = sim.get("sim.properties.iccid", "?")
    if modem.get("modem.generic.state-failed-reason") == "sim-missing" or not sim:
        do = ("lắp SIM, đúng chiều", "insert the SIM, the right way round")
        return Finding(Verdict.WARNING, SIM, ("không thấy SIM", "no SIM"), wanted, do)
    if lock in LOCKS:
        do = ("dùng điện thoại bỏ khóa PIN của SIM", "remove the SIM's PIN lock with a phone")
        return Finding(Verdict.WARNING, SIM, (f"{iccid}: bị khóa ({lock})", f"{iccid}: locked ({lock})"), wanted, do)
    if state == "roaming":
        do = ("dùng SIM của mạng có sóng tại đây", "use a SIM of an operator that has coverage here")
        return Finding(Verdict.WARNING, SIM, (f"{iccid}: chuyển vùng", f"{iccid}: roaming"), wanted, do)
    if state != "home":
        do = ("kiểm tra gói cước và sóng", "check its plan and the coverage")
        return Finding(
            Verdict.WARNING, SIM, (f"{iccid}: chưa vào mạng ({state or '?'})", f"{iccid}: not registered ({state or '?'})"), wanted, do
        )
    return Finding(Verdict.GOOD, SIM, (iccid, iccid), wanted)
