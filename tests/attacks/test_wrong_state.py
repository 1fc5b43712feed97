"""Attack stories about states: real signatures, but old, expired, or somebody else's."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from agent.pull import Checked, DirectorySource, HttpSource
from agent.pull.generations import Generations
from bundle.policy import StopList
from bundle.trust import Target
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

HONEST = ("Lịch tiêm chủng", ("lu-1",))
NEWER = ("Tin mới", ("lu-1",))
OTHER = "vn.20.06002"


def metadata_of(village: Village) -> dict[str, bytes]:
    current = Generations(village.paths.shelf / CHANNEL / "metadata").current()
    assert current is not None
    return {path.name: path.read_bytes() for path in current.iterdir() if path.is_file()}


def packs_of(village: Village) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (village.paths.shelf / CHANNEL).glob("*.pack")}


async def test_an_older_generation_offered_to_a_worker(village: Village, publisher: Publisher) -> None:
    """The agent is captured and puts last week's pack back: the worker's own marks refuse it, also after a restart."""
    old = village.pack(Target.BUNDLE).read_bytes()
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
    await village.look()
    assert village.on_air() == NEWER
    village.offer(old, Target.BUNDLE)
    assert village.on_air() == NEWER
    assert "older than what was accepted" in str(village.worker.refusals)
    village.new_worker()
    assert village.on_air() == NEWER


async def test_a_withdrawn_stop_cannot_be_undone_by_an_older_one(village: Village, publisher: Publisher) -> None:
    publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL))
    empty = publisher.pack(CHANNEL, Target.STOP)
    publisher.release_stop(
        CHANNEL,
        StopList.model_validate_json(
            f'{{"format":1,"channel":"{CHANNEL}","kills":[{{"since":"{publisher.now.isoformat()}","reason":"bị chiếm"}}]}}'
        ),
    )
    await village.look()
    village.cell()
    village.offer(empty, Target.STOP)
    cell = village.cell()
    assert cell is not None
    assert cell.stop is not None
    assert len(cell.stop.kills) == 1


async def test_an_older_tree_offered_to_the_agent(village: Village, publisher: Publisher, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    shutil.copytree(publisher.site, mirror)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
    await village.look()
    shelved = village.pack(Target.BUNDLE).read_bytes()
    checked = await village.look(DirectorySource(mirror))
    assert "not accepted" in str(checked.refusals)
    assert village.pack(Target.BUNDLE).read_bytes() == shelved
    assert village.on_air() == NEWER


async def test_an_older_alert_mixed_into_a_newer_tree(village: Village, publisher: Publisher) -> None:
    old = (publisher.site / f"metadata/{CHANNEL}/1.alerts.json").read_bytes()
    shelved, known = packs_of(village), metadata_of(village)
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now, identifier="lu-2"))
    (publisher.site / f"metadata/{CHANNEL}/2.alerts.json").write_bytes(old)
    checked = await village.look()
    assert "alerts.json" in str(checked.refusals)
    assert village.on_air() == HONEST
    assert packs_of(village) == shelved
    assert metadata_of(village)["alerts.json"] == known["alerts.json"] == old
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now, identifier="lu-3"))
    assert (await village.look()).fresh == (Target.ALERTS,)
    assert village.on_air() == ("Lịch tiêm chủng", ("lu-3",))


async def test_a_foreign_channel_on_a_stick_does_not_poison_the_cache(village: Village, publisher: Publisher, tmp_path: Path) -> None:
    """Validly signed by the same keys with much higher versions: it must be refused before TUF remembers it."""
    for _ in range(5):
        publisher.renew(OTHER)
    publisher.release_bundle(OTHER, small_bundle(publisher.now, OTHER, "Tin xã bên"))
    stick = tmp_path / "stick"
    shutil.copytree(publisher.site, stick)
    shutil.rmtree(stick / "metadata" / CHANNEL)
    shutil.copytree(publisher.site / "metadata" / OTHER, stick / "metadata" / CHANNEL)
    before = metadata_of(village)
    checked = await village.look(DirectorySource(stick))
    assert "another channel" in str(checked.refusals)
    assert metadata_of(village) == before
    assert village.on_air() == HONEST
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
    assert (await village.look()).fresh == (Target.BUNDLE,)
    assert village.on_air() == NEWER


async def test_a_foreign_channel_on_the_network(village: Village, publisher: Publisher) -> None:
    shelved, known = packs_of(village), metadata_of(village)
    publisher.release_bundle(OTHER, small_bundle(publisher.now, OTHER, "Tin xã bên"))

    async def other_commune(request: web.Request) -> web.StreamResponse:
        return web.FileResponse(publisher.site / request.match_info["path"].replace(CHANNEL, OTHER))

    app = web.Application()
    app.router.add_get("/content/{path:.*}", other_commune)
    server = TestServer(app)
    await server.start_server()
    try:
        async with ClientSession() as session:
            checked = await village.look(HttpSource(session, str(server.make_url("/content"))))
    finally:
        await server.close()
    assert "another channel" in str(checked.refusals)
    assert village.on_air() == HONEST
    assert (packs_of(village), metadata_of(village)) == (shelved, known)


async def test_a_foreign_snapshot_behind_an_own_timestamp(village: Village, publisher: Publisher) -> None:
    """The hashes in the timestamp bind the snapshot to this cell, although one key signs both cells' snapshots."""
    publisher.release_bundle(OTHER, small_bundle(publisher.now, OTHER, "Tin xã bên"))
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
    theirs = publisher.tree.metadata(OTHER, "snapshot", publisher.tree.cell(OTHER).snapshot.signed.version)
    ours = publisher.tree.metadata(CHANNEL, "snapshot", publisher.tree.cell(CHANNEL).snapshot.signed.version)
    shelved, known = packs_of(village), metadata_of(village)
    ours.write_bytes(theirs.read_bytes())
    checked = await village.look()
    assert checked.refusals
    assert village.on_air() == HONEST
    assert packs_of(village) == shelved
    assert {name for name, raw in metadata_of(village).items() if raw != known[name]} <= {"timestamp.json"}, "our own, and verified"


@pytest.mark.parametrize("days", [8, 400])
async def test_expired_metadata_offered_as_new(village: Village, publisher: Publisher, days: int) -> None:
    shelved, known = packs_of(village), metadata_of(village)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
    checked = await village.look(days=days)
    assert "expired" in str(checked.refusals)
    assert (packs_of(village), metadata_of(village)) == (shelved, known)
    assert village.on_air() == HONEST
    village.new_worker()
    assert village.on_air() == HONEST


async def test_a_tree_that_is_frozen(village: Village, publisher: Publisher, tmp_path: Path) -> None:
    """Somebody between hands out last week's tree for ever: it shows when its timestamp is over, and costs nothing on air."""
    shutil.copytree(publisher.site, tmp_path / "frozen")
    frozen = DirectorySource(tmp_path / "frozen")
    publisher.later(days=1)
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
    shelved, known = packs_of(village), metadata_of(village)
    assert await village.look(frozen) == Checked(CHANNEL), "nothing shows yet"
    publisher.later(days=7)
    assert "expired, and nobody offers a newer one" in str((await village.look(frozen)).refusals)
    assert (packs_of(village), metadata_of(village)) == (shelved, known)
    village.new_worker()
    assert village.on_air() == HONEST
    publisher.renew(CHANNEL)
    assert Target.BUNDLE in (await village.look()).fresh
    assert village.on_air() == NEWER


async def test_a_date_far_ahead_does_not_lock_the_unit_out(village: Village, publisher: Publisher) -> None:
    """A wrong clock at the centre signs next year; the day after, honest content must still be accepted."""
    today = publisher.now
    publisher.release_bundle(CHANNEL, small_bundle(today, title="Tin năm sau"), at=today + timedelta(days=300))
    publisher.now = today
    await village.look()
    publisher.release_bundle(CHANNEL, small_bundle(today, title="Tin mới"))
    assert (await village.look()).refusals == ()
    assert village.on_air() == NEWER


async def test_a_strangers_stick_in_a_new_unit(publisher: Publisher, tmp_path: Path) -> None:
    """The very first look brings a root and nothing else: the honest road must still be taken afterwards."""
    stranger = Publisher(tmp_path / "stranger", [CHANNEL])
    stranger.release_bundle(CHANNEL, small_bundle(stranger.now, title="Tin giả"))
    unit = Village(tmp_path, publisher)
    assert (await unit.look(DirectorySource(stranger.site))).refusals
    assert "timestamp.json" not in metadata_of(unit)
    assert unit.on_air() == (None, ())
    assert (await unit.look()).refusals == ()
    assert unit.on_air() == HONEST
