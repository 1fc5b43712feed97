"""The levels of the guest's pins over time, as its sampler tells them; waiting for a level is waiting for the sampler's word."""

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

from tests.guest.commands import PATIENCE
from tests.guest.port import objects


@dataclass(frozen=True)
class Edge:
    """*pin* was seen at *level* at *by*, and last seen otherwise at *after*: seconds since the guest's boot."""

    pin: int
    level: int
    after: float
    by: float


class Levels:
    """All edges since the machine started, in the order of seeing; *link* is the port's socket."""

    def __init__(self, link: socket.socket) -> None:
        self._link, self._changed = link, threading.Condition(threading.RLock())
        self._edges: list[Edge] = []
        threading.Thread(target=self._hear, daemon=True).start()

    def edges(self, pin: int | None = None, since: float = 0.0) -> list[Edge]:
        """Those of *pin* (None: of all pins) seen after *since*."""
        with self._changed:
            return [edge for edge in self._edges if (pin is None or edge.pin == pin) and edge.by > since]

    def level(self, pin: int) -> int | None:
        """As it was last seen; None before the sampler has looked."""
        edges = self.edges(pin)
        return edges[-1].level if edges else None

    def wait(self, condition: Callable[[], bool], what: str, patience: float) -> None:
        """Until *condition*, which is asked after each edge."""
        with self._changed:
            if not self._changed.wait_for(condition, patience):
                raise AssertionError(f"waited {patience} s for {what}; the pins went {self._edges[-12:]}")

    def reach(self, pin: int, level: int, since: float = 0.0, patience: float = PATIENCE) -> Edge:
        """The first edge of *pin* to *level* after *since*."""
        self.wait(lambda: any(edge.level == level for edge in self.edges(pin, since)), f"pin {pin} at {level}", patience)
        return next(edge for edge in self.edges(pin, since) if edge.level == level)

    def forget(self) -> None:
        """Begin a new list, as after a boot."""
        with self._changed:
            self._edges.clear()

    def _hear(self) -> None:
        for told in objects(self._link):
            with self._changed:
                self._edges.append(Edge(told["line"], told["level"], told["after"], told["by"]))
                self._changed.notify_all()
