"""The registry as a process of its own, for the benches that go over HTTP."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.running import end, pause


@contextlib.contextmanager
def registry(folder: Path, site: Path, port: int = 0) -> Iterator[int]:
    """``bangtin registry serve`` on this loopback *port*, 0 for a free one."""
    written = folder / "port"
    written.unlink(missing_ok=True)
    line = [sys.executable, "-m", "bangtin", "registry", "serve", "--site", str(site), "--data", str(folder / "registry")]
    with (folder / "registry.log").open("wb") as words:
        process = subprocess.Popen([*line, "--port", str(port), "--port-file", str(written)], stdout=words, stderr=words)
    try:
        deadline = time.monotonic() + 30
        while not (written.exists() and written.read_text().strip()):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "registry.log").read_text())
            pause(0.05)
        yield int(written.read_text())
    finally:
        end(process)
