"""What agent and support tunnel tell each other: an order wants it until some second of this boot, and how far it is."""

from pydantic import ValidationError

from bundle.base import Line, Model, Sentence
from device.own import read_own
from device.paths import Paths
from device.status import write_volatile


class Wanted(Model):
    """*order* wants the tunnel from *since* *until*, in seconds of this boot."""

    order: Line
    since: float
    until: float


class TunnelState(Model):
    """Whether the tunnel for *order* is *open* and which *port* leads here, else what stands in the way; *key* is its public half."""

    order: Line
    key: Line
    open: bool = False
    port: int = 0
    detail: Sentence = "?"


def want(paths: Paths, wanted: Wanted) -> None:
    """Say so: systemd starts the tunnel."""
    write_volatile(paths.tunnel_wanted, wanted.model_dump_json().encode())


def read_wanted(paths: Paths) -> Wanted | None:
    """What is wanted now."""
    try:
        return read_own(Wanted, paths.tunnel_wanted)
    except (FileNotFoundError, ValidationError):
        return None


def read_tunnel(paths: Paths, order: str) -> TunnelState | None:
    """What the tunnel for *order* said last."""
    try:
        state = read_own(TunnelState, paths.tunnel_state)
    except (FileNotFoundError, ValidationError):
        return None
    return state if state.order == order else None
