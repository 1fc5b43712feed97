"""A simulated mmcli: prints what a test wrote, with the exit code that it wrote, and notes how it was called."""

from pathlib import Path

SCRIPT = '#!/bin/sh\necho "$@" >> "{calls}"\n[ -e "{hang}" ] && exec tail -f /dev/null\ncat "{says}"\nexit $(cat "{code}")\n'


class Modem:
    """The modem as mmcli would tell of it; *program* is what the code under test calls."""

    def __init__(self, folder: Path) -> None:
        self._says, self._code, self._calls, self._hang = (folder / f"mmcli.{name}" for name in ("says", "code", "calls", "hang"))
        self.program = folder / "mmcli"
        self.program.write_text(SCRIPT.format(says=self._says, code=self._code, calls=self._calls, hang=self._hang))
        self.program.chmod(0o755)
        self.says("connected")

    def says(self, state: str, why: str = "--") -> None:
        """It answers that it is in *state*."""
        self._write(f'{{"modem": {{"generic": {{"state": "{state}", "state-failed-reason": "{why}"}}}}}}', 0)

    def gone(self) -> None:
        """It is not on the bus any more."""
        self._write("error: couldn't find modem", 1)

    def _write(self, text: str, code: int) -> None:
        self._says.write_text(text)
        self._code.write_text(str(code))

    def calls(self) -> list[str]:
        return self._calls.read_text().splitlines() if self._calls.exists() else []
