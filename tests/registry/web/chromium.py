"""A picture of a page by Debian's Chromium, as a phone or an office PC shows it."""

import os
import signal
import subprocess
from pathlib import Path

PHONE, DESKTOP = (412, 1400), (1280, 1000)


def photograph(url: str, target: Path, size: tuple[int, int], profile: Path) -> None:
    """Write the page at *url* as PNG to *target*; *profile* is a throw-away folder."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    command += ["--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={profile}"]
    command += [f"--screenshot={target}", f"--window-size={size[0]},{size[1]}", url]
    # A group of its own: Chromium leaves helpers behind, and they must end with it.
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        process.wait(120)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
