"""Attack stories about keys that were stolen or have run out: how far a thief comes, and how the honest find back."""

from datetime import timedelta
from pathlib import Path

import pytest
from securesystemslib.signer import Key
from tuf.api.metadata import Targets

from agent.pull.floor import Floor
from agent.pull.shelving import previous_path
from bundle.trust import Role, Target
from bundle.trust.persons import AUTHORS
from registry.trust.keys import make_key
from registry.trust.proposal import compact
from tests.simulators.clocked import ClockedUnit
from tests.simulators.content import CHANNEL, small_bundle
from tests.simulators.publisher import START, Publisher

ABSURD = 2**31
AUTHOR = f"{CHANNEL}-author"


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path / "publisher", [CHANNEL])
    made.release_bundle(CHANNEL, small_bundle(START, title="Tin thật"))
    return made


@pytest.fixture(params=[True, False], ids=["trusted clock", "unknown clock"])
async def unit(request: pytest.FixtureRequest, tmp_path: Path, publisher: Publisher) -> ClockedUnit:
    made = ClockedUnit(tmp_path / "unit", publisher, request.param)
    assert (await made.look()).refusals == ()
    return made


def bundle(publisher: Publisher, title: str) -> bytes:
    return compact(small_bundle(publisher.now, title=title))


def new_author(publisher: Publisher) -> None:
    """The province delegates the commune's content to another author, and no longer to the one whose key is gone."""
    old, new = publisher.keys[AUTHOR], make_key(publisher.keys_folder, "new-author", "Vàng Thị Sương")

    def change(targets: Targets) -> None:
        content = targets.delegations.roles[Role.CONTENT.value]
        content.keyids = [new.keyid if keyid == old.keyid else keyid for keyid in content.keyids]
        content.unrecognized_fields[AUTHORS] = {new.keyid: new.person}
        keys: dict[str, Key] = targets.delegations.keys
        keys[new.keyid] = new.public
        del keys[old.keyid]

    publisher.sign_targets(CHANNEL, change)
    publisher.keys[AUTHOR] = new


async def test_fast_forward_and_recovery(unit: ClockedUnit, publisher: Publisher) -> None:
    """A thief of the content keys and the online key signs version 2^31 of everything, so that nothing honest is ever newer."""
    publisher.fast_forward(CHANNEL, Target.BUNDLE, bundle(publisher, "Tin giả"), ABSURD)
    assert (await unit.look()).refusals == ()
    assert unit.on_air() == "Tin giả", "every signature is right"
    assert (unit.mark.version, unit.mark.snapshot, unit.mark.epoch) == (ABSURD, ABSURD, 1)
    stolen = publisher.pack(CHANNEL, Target.BUNDLE)

    publisher.later(hours=1)
    unit.kernel.advance(3600)
    publisher.rotate_online(without=[Role.CONTENT])
    new_author(publisher)
    publisher.release(CHANNEL, Target.BUNDLE, bundle(publisher, "Tin thật trở lại"))
    checked = await unit.look()
    assert (checked.fresh, checked.refusals) == ((Target.BUNDLE,), ())
    assert unit.on_air() == "Tin thật trở lại"
    assert (unit.mark.version, unit.mark.snapshot, unit.mark.epoch) == (1, 3, 2)
    assert unit.generation() == {"root": 2, "timestamp": 3, "snapshot": 3, "targets": 2, "content": 1}
    assert unit.kept() == {publisher.pack(CHANNEL, Target.BUNDLE)}, "shelf and kept copies"
    assert previous_path(unit.paths.shelf, CHANNEL).read_bytes() == stolen, "named only so that no blob on air is swept away"
    assert unit.floor.epoch == 2

    marks = unit.marks()
    unit.offer(stolen)
    unit.restart()
    assert unit.on_air() == "Tin thật trở lại"
    assert unit.marks() == marks
    publisher.release(CHANNEL, Target.BUNDLE, bundle(publisher, "Tin tiếp theo"))
    assert (await unit.look()).refusals == ()
    assert (unit.on_air(), unit.mark.version) == ("Tin tiếp theo", 2)


async def test_low_versions_without_a_new_online_key_are_a_rollback(unit: ClockedUnit, publisher: Publisher) -> None:
    """New content keys alone do not recover: whoever has the online key could pass an old state off as a recovery."""
    before = publisher.tree.cell(CHANNEL)
    publisher.fast_forward(CHANNEL, Target.BUNDLE, bundle(publisher, "Tin giả"), ABSURD)
    await unit.look()
    card, marks = unit.card(), unit.marks()
    publisher._announce(before, 9, {}, before.snapshot.signed.meta)
    assert "not accepted" in str((await unit.look()).refusals)
    unit.offer(publisher.pack(CHANNEL, Target.BUNDLE))
    assert unit.on_air() == "Tin giả"
    assert "older than what was accepted" in str(unit.workers["audio"].refusals)
    assert unit.marks() == marks
    assert {name for name, raw in unit.card().items() if card.get(name) != raw} <= {f"{CHANNEL}/bundle.json.pack", "floor.json"}


async def test_a_revoked_author_signs_nothing_any_more_and_what_is_on_air_stays(unit: ClockedUnit, publisher: Publisher) -> None:
    thief = publisher.signed(CHANNEL, Target.BUNDLE, bundle(publisher, "Tin giả"))
    publisher.later(minutes=5)
    new_author(publisher)
    held, marks = unit.kept(), unit.marks()
    assert "content" in str((await unit.look()).refusals), "the bundle on air is no longer signed by those who may"
    assert (unit.on_air(), unit.kept(), unit.marks()) == ("Tin thật", held, marks)
    assert unit.generation()["targets"] == 2
    forged = publisher.force(thief)
    assert "content" in str((await unit.look()).refusals)
    unit.offer(forged)
    assert unit.on_air() == "Tin thật"
    assert "signed by 1/2" in str(unit.workers["display"].refusals)
    assert unit.marks() == marks
    unit.restart()
    assert unit.on_air() == "Tin thật"
    publisher.release(CHANNEL, Target.BUNDLE, bundle(publisher, "Tin của người mới"))
    assert (await unit.look()).fresh == (Target.BUNDLE,)
    assert unit.on_air() == "Tin của người mới"
    assert unit.kept() == {publisher.pack(CHANNEL, Target.BUNDLE)}
    assert (unit.mark.targets, unit.mark.epoch) == (2, 1)


async def test_an_expired_root_stops_what_is_new_until_another_takes_its_place(tmp_path: Path, publisher: Publisher) -> None:
    """Two years on, the online key renews and renews, but nobody has held a ceremony."""
    unit = ClockedUnit(tmp_path / "unit", publisher, known=True)
    await unit.look()
    card, marks = unit.card(), unit.marks()
    publisher.now += publisher.times.root + timedelta(days=1)
    unit.kernel.advance((publisher.times.root + timedelta(days=1)).total_seconds())
    publisher.renew(CHANNEL)
    assert "root.json is expired" in str((await unit.look()).refusals)
    assert (unit.card(), unit.marks()) == (card, marks)
    unit.restart()
    assert unit.on_air() == "Tin thật"
    publisher.rotate_root()
    publisher.sign_targets(CHANNEL, lambda targets: setattr(targets, "expires", publisher.now + timedelta(days=365)))
    publisher.release(CHANNEL, Target.BUNDLE, bundle(publisher, "Tin sau hai năm"))
    checked = await unit.look()
    assert (checked.fresh, checked.refusals) == ((Target.BUNDLE,), ())
    assert unit.on_air() == "Tin sau hai năm"
    assert unit.generation() == {"root": 2, "timestamp": 6, "snapshot": 5, "targets": 2, "content": 2}
    assert (unit.mark.root, unit.mark.epoch) == (2, 1)
    assert unit.floor == Floor(publisher.now, 1)
