"""The registry dies at every single durable step: each time the alert leaves once afterwards, never twice and never not at all."""

import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

import pytest

import registry.trust.site
from bundle.trust import Target
from registry.alerts.pending.states import State
from registry.storage.storage import Storage, open_storage
from registry.trust.keys import KeyName
from registry.trust.site import Site
from tests.registry.alerts.conftest import COMMUNE, OFFICER, Dial, Office, alert, listed
from tests.simulators.publisher import Publisher


class Died(BaseException):
    """The machine stopped: nothing that follows in the program happens."""


@dataclass
class Fuse:
    """Burns through at the *left*-th durable step, before or after it took hold."""

    left: int

    def step(self):
        self.left -= 1
        if self.left == 0:
            raise Died


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A publisher whose policy lets the feed speak; its tree is copied for each death."""
    publisher = Publisher(tmp_path_factory.mktemp("publisher"), (COMMUNE,))
    Office(publisher, None).allow_feed()
    return publisher


@pytest.fixture
def fuse(monkeypatch):
    """A fuse in the database's commits and in the release tree's writes."""
    fuse, writing, write = Fuse(0), Storage.writing, registry.trust.site.write

    @asynccontextmanager
    async def burning(self):
        async with writing(self) as connection:
            yield connection
            fuse.step()
        fuse.step()

    def put(path, data):
        fuse.step()
        write(path, data)
        fuse.step()

    monkeypatch.setattr(Storage, "writing", burning)
    monkeypatch.setattr(registry.trust.site, "write", put)
    return fuse


async def held(office):
    """A source's alert whose hold-off is over. Its source sends it again, because it may have had no answer."""
    await office.door().take(listed(), alert())
    office.clock.turn(seconds=60)
    gate = office.gate()
    office.clock.turn(seconds=60)
    await gate.tick()


async def confirmed(office):
    """A source's alert that an officer lets out, and again when the page shows that it still waits."""
    (pending,) = await office.door().take(listed(), alert())
    if (await office.row(pending.id)).state is State.PENDING:
        await office.gate().confirm(pending.id, OFFICER)


async def signed(office):
    """An officer's alert that two persons sign, each again when the page shows that their signature is missing."""
    gate = office.gate()
    pending = await gate.raise_by_form(COMMUNE, alert(), OFFICER)
    for state, key in ((State.PENDING, KeyName.ALERTS_AUTHOR), (State.SIGNED_BY_AUTHOR, KeyName.ALERTS_APPROVER)):
        if (row := await office.row(pending.id)).state is state:
            await gate.add_signature(row.id, *office.signature(row, key))


@pytest.mark.parametrize(("story", "target"), [(held, Target.FEED), (confirmed, Target.FEED), (signed, Target.ALERTS)])
async def test_whatever_step_it_dies_in_the_alert_leaves_once(tmp_path, prepared, fuse, story, target):
    for death in count(1):
        folder = tmp_path / str(death)
        shutil.copytree(prepared.site, folder / "site")
        office = Office(prepared, None, Dial(), tree=Site(folder / "site"))
        fuse.left, died = 0, False
        async with await open_storage(folder / "data") as office.storage:
            fuse.left = death
            try:
                await story(office)
            except Died:
                died = True
            fuse.left = 0
        # The next start: what was decided is made up for, and whoever had no answer asks again.
        async with await open_storage(folder / "data") as office.storage:
            await office.gate().tick()
            await story(office)
            await office.gate().tick()
            assert office.version(target) == 1, f"after death {death}"
            assert [each.identifier for each in office.released(target)] == ["lu-01"], f"after death {death}"
            async with office.storage.reading() as connection:
                (row,) = await office.every(connection)
            assert row.is_out
        if not died:
            break
    assert death > 12
