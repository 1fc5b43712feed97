"""What goes on beside the requests: a mistake in any of it is heard of, and everything ends with the registry."""

import asyncio

import pytest

from registry.alerts.drills.drilling import Drilling
from registry.fleet.filer import Filer
from registry.rollout.rolling import Rolling
from registry.web import retention, standing
from registry.web.app import make_app
from registry.web.config import Config
from registry.web.watch import Watch
from registry.web.work import WORK, Work

DUTIES = (
    (Filer, "run"),
    (Rolling, "run"),
    (Watch, "run"),
    (Drilling, "run"),
    (standing, "_keep"),
    (standing, "_count"),
    (retention, "_daily"),
)


@pytest.mark.parametrize(("whose", "duty"), DUTIES)
async def test_a_mistake_in_any_of_it_ends_the_registry(aiohttp_client, tmp_path, clock, monkeypatch, whose, duty):
    async def mistaken(_):
        raise ZeroDivisionError

    monkeypatch.setattr(whose, duty, mistaken)
    app = make_app(Config(data=tmp_path / "data", site=tmp_path / "site", url="https://so.tinh-mau.vn", now=clock))
    await aiohttp_client(app)
    async with asyncio.timeout(20):
        with pytest.raises(ZeroDivisionError):
            await app[WORK].fell()


async def test_while_nothing_fails_nobody_hears_anything_and_all_of_it_ends_with_what_it_belongs_to():
    ended, work = [], Work()

    async def last(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)

    async with work.going(last("a"), last("b")):
        waits = asyncio.create_task(work.fell())
        done, _ = await asyncio.wait({waits}, timeout=0.05)
        assert (done, ended) == (set(), [])
        waits.cancel()
    assert sorted(ended) == ["a", "b"]
