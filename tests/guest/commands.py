"""The test's end of the guest's command port: shell lines to run in the guest, files to put there and to fetch."""

import base64
import json
import socket
import threading
from pathlib import PurePosixPath
from typing import Any

from tests.guest.port import objects

PATIENCE = 900.0
"""Seconds out here; on a busy machine a second in the guest may take ten."""


class GuestFailed(AssertionError):
    """A command in the guest did not end well."""


class GuestSilent(AssertionError):
    """The guest gave no answer in time, or its machine ended."""


class Commands:
    """Many commands may run at once; *link* is the port's socket. The guest's first word after each boot is kept in `boots`."""

    def __init__(self, link: socket.socket) -> None:
        self._link, self._changed = link, threading.Condition()
        self._number, self._answers = 0, dict[int, dict[str, Any]]()
        self._ended, self._lost = False, 0
        self.boots: list[dict[str, Any]] = []
        threading.Thread(target=self._hear, daemon=True).start()

    def up(self, boots: int = 1, patience: float = 2 * PATIENCE) -> dict[str, Any]:
        """Wait until the guest has booted *boots* times on this machine: its boot's name and its seconds since boot."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.boots) >= boots or self._ended, patience) or len(self.boots) < boots:
                raise GuestSilent(f"the guest did not boot in {patience} s")
            return self.boots[boots - 1]

    def run(self, line: str, patience: float = PATIENCE) -> str:
        """What the shell *line* prints in the guest; ``GuestFailed`` with that when it ends with an error."""
        return self.answer(self.begin(line), line, patience)

    def begin(self, line: str) -> int:
        """Have *line* run, and do not wait for it: `answer` does."""
        return self._ask(run=line)

    def answer(self, number: int, line: str = "", patience: float = PATIENCE) -> str:
        """What that command printed, as soon as it has ended."""
        with self._changed:
            self._changed.wait_for(lambda: number in self._answers or number <= self._lost or self._ended, patience)
            if number not in self._answers:
                why = "the guest started anew" if number <= self._lost else f"no answer in {patience} s"
                raise GuestSilent(f"{why}: {line}")
            answer = self._answers.pop(number)
        if answer["code"] != 0:
            raise GuestFailed(f"{line}: ended with {answer['code']}\n{answer['out']}")
        return str(answer["out"])

    def put(self, path: PurePosixPath | str, data: bytes) -> None:
        """Replace the guest's file *path* by *data*."""
        self.answer(self._ask(put=str(path), data=base64.b64encode(data).decode()), f"put {path}")

    def get(self, path: PurePosixPath | str) -> bytes:
        """The guest's file *path*."""
        return base64.b64decode(self.answer(self._ask(get=str(path)), f"get {path}"))

    def strike(self, pid: int, signal: int) -> float:
        """Send *signal* to a process of the guest; when that was, in seconds since its boot."""
        return float(self.answer(self._ask(strike=pid, signal=signal), f"strike {pid}"))

    def _ask(self, **command: str | int) -> int:
        with self._changed:
            self._number += 1
            self._link.sendall(json.dumps({"id": self._number, **command}).encode() + b"\n")
            return self._number

    def _hear(self) -> None:
        for answer in objects(self._link):
            with self._changed:
                if answer["id"] == 0:
                    self.boots.append(answer)
                    # Nobody is left who would answer what was asked before.
                    self._lost = self._number
                else:
                    self._answers[answer["id"]] = answer
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()
