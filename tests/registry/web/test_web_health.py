"""Health, readiness and metrics: what a proxy, a supervisor and Prometheus ask."""

import json

import pytest
from prometheus_client.parser import text_string_to_metric_families

from registry.web.config import STORAGE
from registry.web.metrics import metrics_app
from registry.web.standing import STANDINGS
from registry.web.watch import WATCH
from tests.registry.web.conftest import shown


async def test_a_process_is_alive_and_ready(registry):
    assert (await registry.client.get("/health")).status == 200
    assert (await registry.client.get("/ready")).status == 200


async def test_a_process_without_its_database_is_alive_and_not_ready(registry, monkeypatch):
    class Closed:
        async def __aenter__(self):
            raise TimeoutError

        async def __aexit__(self, *_):
            return False

    monkeypatch.setattr(registry.app[STORAGE], "reading", Closed)
    answer = await registry.client.get("/ready")
    assert (answer.status, json.loads(await answer.text())) == (503, {"ready": False, "wrong": "database"})
    assert (await registry.client.get("/health")).status == 200


async def test_a_process_that_ends_gets_no_new_requests(registry):
    registry.app[WATCH].close()
    assert (await registry.client.get("/ready")).status == 503


@pytest.fixture
async def scraped(registry, aiohttp_client):
    beside = await aiohttp_client(metrics_app(registry.app))

    async def now():
        text = await (await beside.get("/metrics")).text()
        return {(s.name, *s.labels.values()): s.value for family in text_string_to_metric_families(text) for s in family.samples}

    return now


async def test_the_metrics_count_what_became_of_reports_and_the_units_add_up(registry, scraped):
    unit = await registry.enrolled()
    token = unit.report(1, [("display", shown(0))])
    await registry.report(token)
    await registry.report(token, "rubbish")
    await registry.app[STANDINGS].look()
    found = await scraped()
    assert [found["bangtin_reports_total", outcome] for outcome in ("new", "known", "refused")] == [1, 1, 1]
    assert found["bangtin_report_seconds_count",] == 2
    states = [value for name, value in found.items() if name[0] == "bangtin_units"]
    assert (len(states), sum(states)) == (9, 1)


async def test_nobody_reads_the_metrics_where_pages_are_read(registry):
    assert (await registry.client.get("/metrics")).status == 404
