"""A picture of a page as a person would see it, by Debian's Chromium."""

import subprocess
import tempfile
from pathlib import Path

# Chromium refuses its sandbox to root; its background services would only try to reach the internet.
_QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def screenshot(url: str, path: Path, width: int = 1280, height: int = 900, timeout: float = 60.0) -> None:
    """Write *url* as Chromium shows it to *path* (PNG)."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            ["chromium", *_QUIET, f"--user-data-dir={profile}", f"--window-size={width},{height}", f"--screenshot={path.resolve()}", url],
            check=True,
            capture_output=True,
            timeout=timeout,
        )
