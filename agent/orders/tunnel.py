"""The support tunnel, as far as it is the agent's: it says that it is wanted and until when, and takes that back."""

from collections.abc import Collection

from agent.orders.due import Said
from device.paths import Paths
from device.service import SupportSettings
from device.tunnel import TunnelState, Wanted, read_tunnel, read_wanted, want
from director.age import usable
from director.moment import Moment
from director.orders import Given
from evidence.records import Obedience

PATIENCE = 90.0
"""Seconds that the first connection may take: several tries over a thin link."""
OFF = "ở thiết bị này đường hỗ trợ tắt / off here: unit.toml has no [support]"
SILENT = "không nối được / it did not come up"


class TunnelKeeper:
    """The tunnel of *support*, None where there is none. It is a program of its own, which ends by itself whatever becomes of the agent."""

    def __init__(self, paths: Paths, support: SupportSettings | None) -> None:
        self._paths, self._support = paths, support

    def step(self, given: Given, moment: Moment) -> Said | None:
        """The answer to *given*, None while it is open. Without a clock to believe nobody could say when such a way must be closed."""
        if self._support is None:
            return Said(Obedience.REFUSED, OFF)
        if not usable(moment.state):
            return None
        wanted = read_wanted(self._paths)
        if wanted is None:
            left = (given.ends - moment.wall).total_seconds()
            want(self._paths, Wanted(order=given.name, since=moment.mono, until=moment.mono + left))
            return None
        if wanted.order != given.name:
            return Said(Obedience.REFUSED, f"đang có đường khác / another one is open: {wanted.order}")
        state = read_tunnel(self._paths, given.name)
        if state is not None and state.open:
            return Said(Obedience.DONE, self._opened(self._support, state))
        if moment.mono - wanted.since <= PATIENCE:
            return None
        self._paths.tunnel_wanted.unlink(missing_ok=True)
        return Said(Obedience.FAILED, f"{SILENT}: {state.detail} · khóa / key: {state.key}" if state else SILENT)

    def mind(self, standing: Collection[str]) -> None:
        """Close what no order wants that is *standing* now, by its name: one that was taken back, say."""
        wanted = read_wanted(self._paths)
        if wanted is not None and wanted.order not in standing:
            self._paths.tunnel_wanted.unlink(missing_ok=True)

    def _opened(self, support: SupportSettings, state: TunnelState) -> str:
        return f"{support.host}: cổng / port {state.port} → 127.0.0.1:{support.reaches} · khóa / key: {state.key}"
