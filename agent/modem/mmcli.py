"""The modem as ModemManager tells of it, by mmcli; whatever it says that nobody can read is no answer."""

import asyncio
import json
import os
import signal
from dataclasses import dataclass
from typing import Any

from agent.modem.ladder import Modem

PATIENCE = 30.0
"""Seconds: a modem that hangs lets mmcli wait, too."""
_ONLINE = frozenset(("registered", "connected", "connecting", "disconnecting"))
_WITHOUT_COVERAGE = frozenset(("searching", "enabled", "enabling", "disabled", "disabling", "initializing"))
_A_PERSONS = frozenset(("locked",))
_PERSONS_FAILURES = frozenset(("sim-missing", "sim-error", "esim-without-profiles"))


@dataclass(frozen=True)
class Mmcli:
    """Asks for *modem* by calling *program*; a test puts another one in its place, which says that it is simulated."""

    modem: str
    program: str = "mmcli"

    async def state(self) -> tuple[Modem, str]:
        """How it answers, and in its own words."""
        code, said = await self._run("-J")
        return judged(said) if code == 0 else (Modem.HANGS, _first_line(said))

    async def reset(self) -> str:
        """Reset it; empty when it was, else what mmcli complains of."""
        code, said = await self._run("--reset")
        return "" if code == 0 else _first_line(said)

    async def _run(self, *words: str) -> tuple[int, str]:
        try:
            process = await asyncio.create_subprocess_exec(
                self.program,
                "-m",
                self.modem,
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                start_new_session=True,
            )
        except OSError as problem:
            return 1, f"{self.program}: {problem.strerror}"
        try:
            async with asyncio.timeout(PATIENCE):
                out, _ = await process.communicate()
        except TimeoutError:
            return 1, "ModemManager không trả lời / does not answer"
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        return process.returncode or 0, out.decode("utf-8", "replace")


def judged(said: str) -> tuple[Modem, str]:
    """What the JSON of ``mmcli -J`` says of the modem (MMModemState and MMModemStateFailedReason of ModemManager)."""
    try:
        told = json.loads(said)["modem"]["generic"]
        state, why = str(told["state"]), str(told.get("state-failed-reason", "--"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Modem.HANGS, _first_line(said)
    words = state if why in ("--", "none", "None") else f"{state}: {why}"
    if state in _ONLINE:
        return Modem.ONLINE, words
    if state in _WITHOUT_COVERAGE:
        return Modem.NO_COVERAGE, words
    if state in _A_PERSONS or why in _PERSONS_FAILURES:
        return Modem.PERSON, words
    return Modem.HANGS, words


def _first_line(said: Any) -> str:
    return (str(said).strip().splitlines() or ["?"])[0][:200]
