"""One listener to the registry's hints beside the unit, on the registry's own machine: when each hint was sent, and how long it was."""

import threading
import time
from urllib.request import urlopen


class Hearing:
    """Follows the hints about *channel* at *url* in a thread."""

    def __init__(self, url: str, channel: str) -> None:
        self._url = f"{url}/v1/hints?channel={channel}"
        self._heard: list[tuple[float, int]] = []
        threading.Thread(target=self._follow, daemon=True).start()

    def first(self, after: float) -> float | None:
        """When the first hint came after that second of the wall clock."""
        return next((at for at, _ in list(self._heard) if at > after), None)

    def bytes(self, after: float) -> int:
        """The length of that hint, 0 when none came."""
        return next((size for at, size in list(self._heard) if at > after), 0)

    def _follow(self) -> None:
        with urlopen(self._url, timeout=660) as stream:  # noqa: S310 - the bench's own registry
            for line in stream:
                if line.startswith(b"data:"):
                    self._heard.append((time.time(), len(line) + 1))
