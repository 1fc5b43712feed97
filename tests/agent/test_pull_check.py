"""Looking at a channel: one request when nothing is new, everything shelved when something is, the old in force when refused."""

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta
from errno import ENOSPC
from pathlib import Path

import pytest
from tuf.api.exceptions import ExpiredMetadataError

from agent.pull import DirectorySource, check_channel, sweep
from agent.pull.client import repository
from agent.pull.generations import Generations
from agent.pull.lacking import lacking
from agent.pull.shelving import coming_path, pack_path, previous_path
from agent.pull.staged import RoadFetcher, make_updater
from bundle.asset import blob_path
from bundle.policy import Kill, Policy, StopList
from bundle.trust import Target, verify_pack
from device.errors import ShelfFull, Unreachable
from device.paths import Paths
from director.moment import Moment
from evidence.records import ClockState
from registry.trust.proposal import compact
from tests.simulators.content import CHANNEL, clip_of, flood_alert, funeral, package_of, picture_of, release_of, small_bundle
from tests.simulators.publisher import Publisher


class Counting:
    """A directory source that keeps what was asked, and fails at one path when told."""

    def __init__(self, folder: Path) -> None:
        self.inner = DirectorySource(folder)
        self.label = self.inner.label
        self.asked: list[str] = []
        self.broken = ""

    @asynccontextmanager
    async def open(self, path, offset=0, tag=None):
        self.asked.append(path)
        if self.broken and self.broken in path:
            raise Unreachable("the link fell")
        async with self.inner.open(path, offset, tag) as stream:
            yield stream


class Unit:
    """One unit's paths, with a source and a way to look."""

    def __init__(self, tmp_path: Path, publisher: Publisher) -> None:
        self.paths = Paths(tmp_path / "unit")
        self.publisher = publisher
        self.source = Counting(publisher.site)

    async def look(self, state: ClockState = ClockState.TRUSTED, recheck: bool = False, **later: float):
        moment = Moment(self.publisher.now + timedelta(**later), state, "boot-1", 1.0)
        self.source.asked.clear()
        return await check_channel(self.source, self.paths, CHANNEL, self.publisher.root_bytes, moment, recheck)

    def pack(self, target: Target) -> Path:
        return pack_path(self.paths.shelf, CHANNEL, target)

    def title(self) -> str:
        found = verify_pack(self.pack(Target.BUNDLE).read_bytes(), self.publisher.root_bytes, CHANNEL, Target.BUNDLE)
        return json.loads(found.content)["notices"][0]["versions"][0]["title"]


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path / "publisher", [CHANNEL])


@pytest.fixture
def unit(tmp_path: Path, publisher: Publisher) -> Unit:
    return Unit(tmp_path, publisher)


async def test_everything_released_comes_onto_the_shelf_stop_first(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=(b"picture",)), [b"picture"])
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now, speech=b"speech"), [b"speech"])
    publisher.release_feed(CHANNEL, flood_alert(publisher.now))
    publisher.release_orders(CHANNEL, funeral(publisher.now))
    publisher.release_policy(CHANNEL, Policy(format=1, channel=CHANNEL))
    publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL))
    publisher.release_software(CHANNEL, release_of(publisher.now, package_of(b"deb")), [b"deb"])
    checked = await unit.look()
    assert checked.refusals == ()
    assert checked.fresh == (Target.STOP, Target.ALERTS, Target.FEED, Target.OPS, Target.POLICY, Target.BUNDLE, Target.SOFTWARE)
    for target in Target:
        verify_pack(unit.pack(target).read_bytes(), publisher.root_bytes, CHANNEL, target)
    assert (unit.paths.shelf / blob_path(picture_of(b"picture").sha256)).read_bytes() == b"picture"
    assert not list(unit.paths.fast.rglob("*.pack"))


async def test_nothing_new_is_one_small_request(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await unit.look()
    assert await unit.look() == type(await unit.look())(CHANNEL)
    assert unit.source.asked == [f"metadata/{CHANNEL}/timestamp.json"]
    assert (publisher.site / unit.source.asked[0]).stat().st_size <= 1024


async def test_an_empty_cell_is_nothing_new_and_no_refusal(unit: Unit) -> None:
    checked = await unit.look()
    assert (checked.fresh, checked.refusals) == ((), ())


async def test_a_changed_notice_fetches_only_what_changed(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=(b"picture",)), [b"picture"])
    await unit.look()
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới", pictures=(b"picture",)))
    assert (await unit.look()).fresh == (Target.BUNDLE,)
    assert unit.title() == "Tin mới"
    assert [path for path in unit.source.asked if path.startswith("blobs")] == []


async def test_an_alert_does_not_wait_for_the_bundle_before_it(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=(b"picture",)), [b"picture"])
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now))
    unit.source.broken = "blobs/"
    with pytest.raises(Unreachable):
        await unit.look()
    assert unit.pack(Target.ALERTS).exists()
    assert not unit.pack(Target.BUNDLE).exists()


async def test_an_alert_is_in_force_before_its_speech_has_come(unit: Unit, publisher: Publisher) -> None:
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now, speech=b"speech"), [b"speech"])
    unit.source.broken = "blobs/"
    with pytest.raises(Unreachable):
        await unit.look()
    assert unit.pack(Target.ALERTS).exists()
    unit.source.broken = ""
    await unit.look()
    assert list(unit.paths.shelf.glob("blobs/sha256/*/*"))


async def test_a_phrase_that_this_units_bundle_has_not_is_fetched_with_the_alert_that_speaks_it(unit: Unit, publisher: Publisher) -> None:
    phrase, alerts = b"phrase", flood_alert(publisher.now, speech=b"speech")
    text = alerts.alerts[0].versions[0].model_copy(update={"phrases": (clip_of(phrase),)})
    spoken = alerts.alerts[0].model_copy(update={"versions": (text,)})
    publisher.release_alerts(CHANNEL, alerts.model_copy(update={"alerts": (spoken,)}), [phrase, b"speech"])
    await unit.look()
    assert (unit.paths.shelf / blob_path(clip_of(phrase).sha256)).read_bytes() == phrase


async def test_a_half_downloaded_bundle_never_shows_and_is_finished_later(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await unit.look()
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới", pictures=(b"one", b"two")), [b"one", b"two"])
    unit.source.broken = picture_of(b"two").sha256
    with pytest.raises(Unreachable):
        await unit.look()
    assert unit.title() == "Lịch tiêm chủng"
    unit.source.broken = ""
    assert (await unit.look()).fresh == (Target.BUNDLE,)
    assert unit.title() == "Tin mới"
    assert picture_of(b"one").sha256 not in str(unit.source.asked)


async def test_what_was_verified_is_committed_although_a_later_step_fails(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    unit.source.broken = ".content.json"
    with pytest.raises(Unreachable):
        await unit.look()
    current = Generations(unit.paths.shelf / CHANNEL / "metadata").current()
    assert current is not None
    assert (current / "timestamp.json").read_bytes() == (publisher.site / f"metadata/{CHANNEL}/timestamp.json").read_bytes()


async def test_a_snapshot_that_did_not_come_is_looked_for_again(unit: Unit, publisher: Publisher) -> None:
    """The timestamp alone was committed: it must not pass for everything that it announces."""
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await unit.look()
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
    unit.source.broken = ".snapshot.json"
    with pytest.raises(Unreachable):
        await unit.look()
    unit.source.broken = ""
    assert (await unit.look()).fresh == (Target.BUNDLE,)


async def test_expired_metadata_is_not_news_and_takes_nothing_away(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await unit.look()
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
    checked = await unit.look(days=60)
    assert "expired" in str(checked.refusals[0])
    assert unit.title() == "Lịch tiêm chủng"


async def test_whoever_offers_nothing_newer_for_too_long_is_told(unit: Unit, publisher: Publisher) -> None:
    """Freezing: the same signed timestamp for ever. It takes nothing off the air, and is no silence either."""
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await unit.look()
    assert (await unit.look(days=6)).refusals == ()
    checked = await unit.look(days=8)
    assert "expired" in str(checked.refusals[0])
    assert unit.source.asked == [f"metadata/{CHANNEL}/timestamp.json"]
    assert unit.title() == "Lịch tiêm chủng"
    assert (await unit.look(ClockState.UNKNOWN, days=8)).refusals == (), "an unknown clock proves nothing"


async def test_a_timestamp_that_is_here_already_is_not_fetched(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    newest = (publisher.site / f"metadata/{CHANNEL}/timestamp.json").read_bytes()
    moment = Moment(publisher.now, ClockState.TRUSTED, "boot-1", 1.0)
    for fresh in ((Target.BUNDLE,), ()):
        unit.source.asked.clear()
        checked = await check_channel(unit.source, unit.paths, CHANNEL, publisher.root_bytes, moment, timestamp=newest)
        assert checked.fresh == fresh
        assert f"metadata/{CHANNEL}/timestamp.json" not in unit.source.asked
    assert unit.source.asked == []
    forged = json.loads(newest)
    forged["signed"]["version"] = 9
    signed_by_nobody = json.dumps(forged).encode()
    checked = await check_channel(unit.source, unit.paths, CHANNEL, publisher.root_bytes, moment, timestamp=signed_by_nobody)
    assert checked.refusals, "it goes through the same check"


async def test_an_unknown_clock_judges_by_the_floor_alone(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    assert (await unit.look(ClockState.UNKNOWN, days=60)).fresh == (Target.BUNDLE,)


async def test_the_floor_outlives_the_clock(unit: Unit, publisher: Publisher) -> None:
    publisher.later(days=30)
    publisher.renew(CHANNEL)
    await unit.look()
    publisher.now -= timedelta(days=29)
    publisher.renew(CHANNEL)
    assert "expired" in str((await unit.look(ClockState.UNKNOWN)).refusals)


async def test_the_reference_time_reaches_tuf(publisher: Publisher, tmp_path: Path) -> None:
    """python-tuf offers no parameter for its clock: this fails when an update moves the attribute that we set."""
    cell = repository(DirectorySource(publisher.site), CHANNEL, publisher.root_bytes)
    fetcher = RoadFetcher(cell, asyncio.get_running_loop())
    for number, (days, refused) in enumerate(((0, False), (9, True))):
        folder = tmp_path / str(number)
        folder.mkdir()
        updater = make_updater(fetcher, folder, cell, publisher.now + timedelta(days=days))
        if refused:
            with pytest.raises(ExpiredMetadataError):
                await asyncio.to_thread(updater.refresh)
        else:
            await asyncio.to_thread(updater.refresh)


async def test_a_bad_bundle_does_not_hold_up_a_stop(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await unit.look()
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới"))
    publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, kills=(Kill(since=publisher.now, reason="thử"),)))
    publisher.tree.metadata(CHANNEL, "content", 2).write_bytes(b"{}")
    checked = await unit.look()
    assert checked.fresh == (Target.STOP,)
    assert "bundle.json" in checked.refusals[0].where
    assert unit.title() == "Lịch tiêm chủng"


async def test_packs_are_renewed_once_a_day_without_fetching_content(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await unit.look()
    publisher.renew(CHANNEL, publisher.later(hours=6))
    assert (await unit.look()).fresh == ()
    publisher.renew(CHANNEL, publisher.later(hours=20))
    assert (await unit.look()).fresh == (Target.BUNDLE,)
    assert [path for path in unit.source.asked if path.startswith("targets")] == []


async def test_xibo_linux_132_a_corrupt_blob_is_replaced(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=(b"picture",)), [b"picture"])
    await unit.look()
    blob = unit.paths.shelf / blob_path(picture_of(b"picture").sha256)
    blob.write_bytes(b"pictuer")
    await unit.look()
    assert blob.read_bytes() == b"pictuer"
    await unit.look(recheck=True)
    assert blob.read_bytes() == b"picture"
    blob.unlink()
    await unit.look()
    assert blob.read_bytes() == b"picture"


async def test_a_damaged_pack_on_the_shelf_is_fetched_again(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await unit.look()
    unit.pack(Target.BUNDLE).write_bytes(b"torn")
    assert (await unit.look()).fresh == (Target.BUNDLE,)
    assert unit.title() == "Lịch tiêm chủng"


async def test_the_sweep_keeps_what_may_be_on_air(unit: Unit, publisher: Publisher) -> None:
    for picture in (b"one", b"two", b"three"):
        publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=(picture,)), [picture])
        await unit.look()
    assert previous_path(unit.paths.shelf, CHANNEL).exists()
    assert sweep(unit.paths.shelf) == (picture_of(b"one").sha256,)
    assert sweep(unit.paths.shelf) == ()
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await unit.look()
    unit.pack(Target.BUNDLE).write_bytes(b"torn")
    assert sweep(unit.paths.shelf) == ()


async def test_the_sweep_keeps_what_is_still_coming(unit: Unit, publisher: Publisher) -> None:
    """Another channel's sweep in the middle of a download must take nothing of it, nor after a restart."""
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=(b"one", b"two")), [b"one", b"two"])
    unit.source.broken = picture_of(b"two").sha256
    with pytest.raises(Unreachable):
        await unit.look()
    assert sweep(unit.paths.shelf) == ()
    assert lacking(unit.paths, (CHANNEL,)) == 1, "the one that came is not fetched again"
    unit.source.broken = ""
    assert (await unit.look()).fresh == (Target.BUNDLE,)
    assert lacking(unit.paths, (CHANNEL,)) == 0
    assert picture_of(b"one").sha256 not in str(unit.source.asked)
    assert not coming_path(unit.paths.shelf, CHANNEL).exists()


async def test_dotnet_177_a_full_card_is_said_and_the_old_bundle_stays(
    unit: Unit, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await unit.look()
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now, title="Tin mới", pictures=(b"big",)), [b"big"])
    monkeypatch.setattr("agent.pull.blobs.RESERVE", 1 << 60)
    with pytest.raises(ShelfFull):
        await unit.look()
    assert unit.title() == "Lịch tiêm chủng"


async def test_a_root_that_was_handed_over_reaches_the_shelf(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await unit.look()
    publisher.rotate_root()
    assert (await unit.look()).fresh == (Target.BUNDLE,)
    found = verify_pack(unit.pack(Target.BUNDLE).read_bytes(), publisher.root_bytes, CHANNEL, Target.BUNDLE)
    assert found.root == 2


async def test_an_alert_reaches_the_workers_before_the_card_is_asked(
    unit: Unit, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every fsync may take its time: by then the verified pack lies in RAM."""
    publisher.release_alerts(CHANNEL, flood_alert(publisher.now))
    fast = pack_path(unit.paths.fast, CHANNEL, Target.ALERTS)
    seen: list[bool] = []
    commit = Generations.commit

    def slow_card(generations: Generations, staged: Path) -> Path:
        found = verify_pack(fast.read_bytes(), publisher.root_bytes, CHANNEL, Target.ALERTS)
        seen.append(found.version == 1)
        return commit(generations, staged)

    monkeypatch.setattr(Generations, "commit", slow_card)
    await unit.look()
    assert seen == [True]
    assert unit.pack(Target.ALERTS).exists()
    assert not fast.exists()


async def test_without_room_in_memory_an_alert_takes_the_way_over_the_card(
    unit: Unit, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(ENOSPC, "No space left on device")

    publisher.release_alerts(CHANNEL, flood_alert(publisher.now))
    monkeypatch.setattr("agent.pull.shelving.write_volatile", full)
    assert (await unit.look()).fresh == (Target.ALERTS,)


async def test_a_signed_document_that_units_cannot_read_is_refused_and_the_old_stays(unit: Unit, publisher: Publisher) -> None:
    publisher.release_bundle(CHANNEL, small_bundle(publisher.now))
    await unit.look()
    good = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now)))
    for content in ('{"format":9}', '{"format":1,"channel":"vn.20"}'):
        publisher.force(publisher.resigned(good, content))
        checked = await unit.look()
        assert checked.fresh == ()
        assert "bundle.json" in checked.refusals[0].where
        assert unit.title() == "Lịch tiêm chủng"
        good = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now)))


async def test_the_sweep_keeps_what_a_worker_that_refused_newer_packs_still_shows(unit: Unit, publisher: Publisher) -> None:
    for number, picture in enumerate((b"one", b"two", b"three"), 1):
        publisher.release_bundle(CHANNEL, small_bundle(publisher.now, pictures=(picture,)), [picture])
        await unit.look()
        if number == 1:
            kept = unit.paths.kept("display")
            kept.mkdir(parents=True)
            (kept / f"{CHANNEL}.{Target.BUNDLE}.pack").write_bytes(publisher.pack(CHANNEL, Target.BUNDLE))
    assert sweep(unit.paths.shelf, [unit.paths.kept("display")]) == ()
    assert sweep(unit.paths.shelf) == (picture_of(b"one").sha256,)
