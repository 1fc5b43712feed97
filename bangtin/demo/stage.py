"""The stage: starts the product's own commands as processes, keeps their last words, and ends them cleanly."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 15.0


class StepFailed(Exception):
    """One of our own commands failed: a mistake of ours, with what it said last."""


@dataclass
class Stage:
    """Commands and programs below *folder*; each program's output goes to ``logs/<name>.log``."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def command(self, *arguments: str | Path, timeout: float = 120.0) -> str:
        """Run ``bangtin <arguments>`` to its end and return what it printed; ``StepFailed`` with its complaint."""
        done = subprocess.run(self._line(arguments), capture_output=True, text=True, env=self._env(), timeout=timeout, check=False)
        if done.returncode != 0:
            raise StepFailed(f"bangtin {' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self, name: str, *arguments: str | Path) -> subprocess.Popen[bytes]:
        """Start ``bangtin <arguments>`` as the program *name*."""
        return self.start_line(name, self._line(arguments))

    def start_line(self, name: str, line: list[str]) -> subprocess.Popen[bytes]:
        """Start any *line* as the program *name*."""
        log = self.folder / "logs" / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as words:
            process = subprocess.Popen(line, stdout=words, stderr=words, env=self._env(), start_new_session=True)
        self.running[name] = process
        return process

    def stop(self, name: str) -> int:
        """Ask the program to end, as systemd would, and return its exit code; killed when it does not."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return process.wait(PATIENCE)

    def stop_all(self) -> dict[str, int]:
        """Stop everything, the last started first; the exit codes by name."""
        return {name: self.stop(name) for name in reversed(tuple(self.running))}

    def last_words(self, name: str, lines: int = 20) -> str:
        """The end of a program's log."""
        log = self.folder / "logs" / f"{name}.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""

    def _line(self, arguments: tuple[str | Path, ...]) -> list[str]:
        return [sys.executable, "-m", "bangtin", *map(str, arguments)]

    def _env(self) -> dict[str, str]:
        return {**os.environ, "PYTHONUNBUFFERED": "1", **self.environment}
