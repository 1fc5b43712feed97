"""One call of nmcli: its arguments carry no secret, its answer is text, and what it complains of becomes one clear sentence."""

import asyncio
import os
import signal
from dataclasses import dataclass

from bundle.base import tidied
from bundle.errors import Refused, refuse
from provisioning.probe import Pair

WHERE = "mạng / network"
LONGEST = 90.0
"""Seconds for the slowest call, joining a network; nmcli itself gives up sooner."""
_NOT_RUNNING, _TIMEOUT, _ACTIVATION, _UNKNOWN = 8, 3, 4, 10
_SAID: tuple[tuple[str, Pair, Pair], ...] = (
    ("secrets were required", ("mật khẩu Wi-Fi không đúng", "the Wi-Fi passphrase is wrong"), ("nhập lại mật khẩu", "type it again")),
    ("psk: property is", ("mật khẩu Wi-Fi không hợp lệ", "the Wi-Fi passphrase is not valid"), ("8–63 chữ", "8 to 63 signs")),
    (
        "could not be found",
        ("không thấy mạng Wi-Fi này", "this Wi-Fi network is not in reach"),
        ("bật điểm phát, lại gần hơn, xem tên", "switch it on, move closer, check its name"),
    ),
    (
        "ip configuration could not be reserved",
        ("mạng không cấp địa chỉ", "the network gives out no address"),
        ("khởi động lại điểm phát Wi-Fi", "restart the access point"),
    ),
    (
        "no suitable device",
        ("thiết bị không có Wi-Fi dùng được", "the unit has no Wi-Fi that can be used"),
        ("cắm Wi-Fi USB, hoặc dùng cáp mạng", "plug in a Wi-Fi dongle, or use a cable"),
    ),
    (
        "not authorized",
        ("chương trình không được phép đổi mạng", "the program may not change the network"),
        ("cài lại gói bangtin", "install the package again"),
    ),
)


@dataclass(frozen=True)
class Nmcli:
    """Calls *program*; a test puts another one in its place, which says that it is simulated."""

    program: str = "nmcli"

    async def run(self, *words: str, typed: str = "", wait: float = 10.0) -> str:
        """What it prints; *typed* goes to its standard input, where no other program can read it. ``Refused`` when it fails."""
        call = (self.program, "--terse", "--colors", "no", "--wait", f"{wait:.0f}", *words)
        try:
            process = await asyncio.create_subprocess_exec(
                *call,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                start_new_session=True,
            )
        except OSError as problem:
            do = "apt-get install network-manager"
            raise refuse(WHERE, f"không chạy được nmcli / nmcli cannot be run: {problem.strerror}", do) from None
        try:
            async with asyncio.timeout(wait + LONGEST):
                out, _ = await process.communicate(typed.encode())
        except TimeoutError:
            raise refuse(WHERE, "NetworkManager không trả lời / does not answer", "khởi động lại thiết bị / restart the unit") from None
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        text = out.decode("utf-8", "replace")
        # Its editor ends well whatever went wrong in it.
        if process.returncode or (typed and "Error:" in text):
            raise sentence(process.returncode or 1, text)
        return text


def sentence(code: int, text: str) -> Refused:
    """What went wrong in a call that ended with *code* and said *text*; nothing that was typed is repeated."""
    told = text.lower()
    for words, what, do in _SAID:
        if words in told:
            return refuse(WHERE, " / ".join(what), " / ".join(do))
    if code == _NOT_RUNNING:
        return refuse(WHERE, "NetworkManager không chạy / is not running", "khởi động lại thiết bị / restart the unit")
    if code == _TIMEOUT:
        return refuse(WHERE, "chờ quá lâu / it took too long", "thử lại / try again")
    errors = [line for line in text.splitlines() if line.startswith("Error:")]
    last = str(tidied(errors[-1].removeprefix("Error:").strip() if errors else f"nmcli: {code}"))
    return refuse(WHERE, f"mạng báo lỗi / the network says: {last[:200]}", "thử lại / try again")
