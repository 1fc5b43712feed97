"""``/metrics`` for Prometheus, on a port of its own that is closed unless somebody asks for it."""

from collections.abc import Iterator

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, GCCollector, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from sqlalchemy import func, select

from registry.fleet.filing import Filed
from registry.fleet.standing_tables import standings
from registry.fleet.states import State
from registry.web.config import STORAGE
from registry.web.hints import STREAMS

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Meters:
    """What one process counts: what became of reports, and how long a batch of them took from its head to its answer."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self._reports = Counter("bangtin_reports", "Signed reports, by what became of them.", ["outcome"], registry=self.registry)
        self._seconds = Histogram("bangtin_report_seconds", "Batches, from head to answer.", buckets=_SECONDS, registry=self.registry)

    def filed(self, filed: Filed, seconds: float) -> None:
        """A batch was answered after *seconds*."""
        self._seconds.observe(seconds)
        for outcome, count in (("new", len(filed.new)), ("known", len(filed.known)), ("refused", len(filed.refused))):
            if count:
                self._reports.labels(outcome).inc(count)


METERS: web.AppKey[Meters] = web.AppKey("meters", Meters)


def metrics_app(app: web.Application) -> web.Application:
    """What answers on the port of the metrics of *app*."""

    async def metrics(_: web.Request) -> web.Response:
        text = generate_latest(app[METERS].registry) + generate_latest(await _now(app))
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    own = web.Application()
    own.add_routes([web.get("/metrics", metrics)])
    return own


async def _now(app: web.Application) -> CollectorRegistry:
    """What is not counted but looked up when somebody asks."""
    async with app[STORAGE].reading() as connection:
        query = select(standings.c.state, func.count()).group_by(standings.c.state)
        counts = {State(state): count for state, count in await connection.execute(query)}
    found = CollectorRegistry()
    found.register(_Gauges(counts, len(app[STREAMS])))
    return found


class _Gauges:
    def __init__(self, counts: dict[State, int], streams: int) -> None:
        self._counts, self._streams = counts, streams

    def collect(self) -> Iterator[GaugeMetricFamily]:
        units = GaugeMetricFamily("bangtin_units", "Units by their one state; the sum is all of them.", labels=["state"])
        for state in State:
            units.add_metric([state.value], self._counts.get(state, 0))
        yield units
        yield GaugeMetricFamily("bangtin_hint_streams", "Open streams of hints of this process.", value=self._streams)
