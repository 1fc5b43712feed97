"""QEMU's machine protocol (QMP): commands to the emulated machine itself, and the events that it tells."""

import json
import socket
from typing import Any


class MachineRefused(RuntimeError):
    """QEMU did not do what it was asked."""


class Monitor:
    """One connection; *link* is QEMU's control socket."""

    def __init__(self, link: socket.socket) -> None:
        self._link, self._lines = link, link.makefile("rb")
        self._next()
        self.do("qmp_capabilities")

    def do(self, command: str, **arguments: Any) -> Any:
        """What QEMU returns for *command*; ``MachineRefused`` with its own words when it does not do it."""
        self._link.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while "event" in (answer := self._next()):
            pass
        if "error" in answer:
            raise MachineRefused(f"{command}: {answer['error']['desc']}")
        return answer["return"]

    def until(self, event: str) -> Any:
        """The data of the next *event* of that name."""
        while (told := self._next()).get("event") != event:
            pass
        return told["data"]

    def close(self) -> None:
        """Say no more."""
        self._lines.close()
        self._link.close()

    def _next(self) -> dict[str, Any]:
        line = self._lines.readline()
        if not line:
            raise EOFError("QEMU ended")
        told: dict[str, Any] = json.loads(line)
        return told
