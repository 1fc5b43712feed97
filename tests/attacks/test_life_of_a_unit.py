"""A unit's life in any order: releases, keys, sticks, cuts, clocks, rot. It shows only what was signed, never goes back, and recovers."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from agent.pull import DirectorySource, Source, check_channel
from bundle.policy import StopList, Withdrawal
from bundle.trust import Target
from device.errors import SeamError
from director.moment import Moment
from evidence.records import ClockState
from registry.trust.keys import KeyName, make_key
from registry.trust.roots import rotate_online
from tests.examples import share
from tests.simulators.content import CHANNEL, flood_alert, picture_of, small_bundle
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

OTHER = "vn.20.06002"
LOGO = b"in every bundle"
NOTHING = {"bundle": -1, "alerts": -1, "withdrawn": 0}
CLOCKS = {
    "right": (ClockState.TRUSTED, None),
    "unknown, 1970": (ClockState.UNKNOWN, datetime(1970, 1, 1, tzinfo=UTC)),
    "unknown, 2040": (ClockState.UNKNOWN, datetime(2040, 1, 1, tzinfo=UTC)),
    "trusted, and wrong": (ClockState.TRUSTED, datetime(2040, 1, 1, tzinfo=UTC)),
}


class PowerCut(BaseException):
    """Nothing after it reaches the card."""


@contextmanager
def cut_after(steps: int) -> Iterator[None]:
    """The power goes at the given durable step; from then on no name and no sync is done any more, by nobody."""
    left = [steps]

    def until_cut(real: Callable[..., object]) -> Callable[..., object]:
        def step(*arguments: object, **named: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise PowerCut
            return real(*arguments, **named)

        return step

    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "rename", "replace", "link", "unlink", "mkdir"):
            patch.setattr(os, name, until_cut(getattr(os, name)))
        yield


class Life(RuleBasedStateMachine):
    """One commune, its publisher, and one unit with a board."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="bangtin-life-"))
        self.publisher = Publisher(self.folder / "publisher", [CHANNEL, OTHER])
        self.stranger = Publisher(self.folder / "stranger", [CHANNEL])
        self.village = Village(self.folder, self.publisher)
        self.titles: list[str] = []
        self.alerts: list[str] = []
        self.withdrawn = 0
        self.seen = dict(NOTHING)
        self.robbed = False
        self.rotations = 0
        self.clock = "right"
        self.snapshots: list[Path] = []
        self.packs: dict[Target, list[bytes]] = {target: [] for target in Target}

    @initialize()
    def first_release(self) -> None:
        self.publish()
        self.alert()

    @rule()
    def publish(self) -> None:
        title = f"Tin số {len(self.titles)}"
        pictures = (LOGO, title.encode())
        bundle = small_bundle(self.publisher.later(minutes=7), title=title, pictures=pictures)
        self.publisher.release_bundle(CHANNEL, bundle, pictures)
        self.titles.append(title)
        self._keep(Target.BUNDLE)

    @rule()
    def alert(self) -> None:
        name = f"lu-{len(self.alerts)}"
        self.publisher.release_alerts(CHANNEL, flood_alert(self.publisher.later(minutes=3), identifier=name))
        self.alerts.append(name)
        self._keep(Target.ALERTS)

    @rule()
    def withdraw(self) -> None:
        self.withdrawn += 1
        gone = tuple(Withdrawal(item=f"tin-{number}", version=1, reason="sai ngày") for number in range(self.withdrawn))
        self.publisher.release_stop(CHANNEL, StopList(format=1, channel=CHANNEL, withdrawn=gone))
        self._keep(Target.STOP)

    @rule()
    def rotate_the_root_key(self) -> None:
        self.publisher.rotate_root()

    @rule()
    def rotate_the_online_key(self) -> None:
        """As the command does it: versions and dates begin again for every unit that sees the new root."""
        keys = self.publisher.keys
        new = make_key(self.publisher.keys_folder, f"online-{self.rotations}", "máy ký mới")
        rotate_online(self.publisher.tree, keys[KeyName.ROOT], new, self.publisher.later(minutes=1), self.publisher.times)
        keys[KeyName.ONLINE] = new
        self.rotations += 1

    @rule(days=st.integers(1, 6))
    def time_passes(self, days: int) -> None:
        self.publisher.later(days=days)
        self.publisher.renew(CHANNEL)
        self.publisher.renew(OTHER)

    @rule()
    def somebody_keeps_a_copy(self) -> None:
        copy = self.folder / f"copy-{len(self.snapshots)}"
        shutil.copytree(self.publisher.site, copy)
        self.snapshots.append(copy)

    @rule(clock=st.sampled_from(sorted(CLOCKS)))
    def clock_steps(self, clock: str) -> None:
        self.clock = clock

    @rule()
    def look(self) -> None:
        self._look()

    @rule(steps=st.integers(0, 60))
    def look_with_a_cut(self, steps: int) -> None:
        try:
            with cut_after(steps):
                self._look()
        except PowerCut:
            pass
        self.village.new_worker()

    @rule(steps=st.integers(0, 12))
    def board_with_a_cut(self, steps: int) -> None:
        try:
            with cut_after(steps):
                self._cell()
        except PowerCut:
            pass
        self.village.new_worker()

    @rule()
    def restart(self) -> None:
        self.village.new_worker()

    @rule(which=st.integers(0, 9))
    def stick_with_an_old_tree(self, which: int) -> None:
        if self.snapshots:
            self._look(DirectorySource(self.snapshots[which % len(self.snapshots)]))

    @rule()
    def stick_of_another_commune(self) -> None:
        self.publisher.release_bundle(OTHER, small_bundle(self.publisher.now, OTHER, "Tin xã bên"))
        stick = self.folder / "stick"
        shutil.rmtree(stick, ignore_errors=True)
        shutil.copytree(self.publisher.site, stick)
        shutil.rmtree(stick / "metadata" / CHANNEL)
        shutil.copytree(stick / "metadata" / OTHER, stick / "metadata" / CHANNEL)
        self._look(DirectorySource(stick))

    @rule()
    def stick_of_a_stranger(self) -> None:
        self.stranger.release_bundle(CHANNEL, small_bundle(self.publisher.now, title="Tin giả"), at=self.publisher.now)
        self._look(DirectorySource(self.stranger.site))
        self.village.offer(self.stranger.pack(CHANNEL, Target.BUNDLE), Target.BUNDLE)

    @rule(which=st.integers(0, 20), kind=st.sampled_from(sorted(Target)), copies_are_lost=st.booleans())
    def captured_agent_offers_an_old_pack(self, which: int, kind: Target, copies_are_lost: bool) -> None:
        packs = self.packs[kind]
        if packs:
            self.village.offer(packs[which % len(packs)], kind)
        if copies_are_lost:
            for path in self.village.paths.kept("display").glob("*.pack"):
                path.write_bytes(b"rotten")
            self.robbed = True
            self.village.new_worker()

    @rule(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), which=st.integers(0, 200))
    def stick_with_a_flipped_bit(self, place: float, bit: int, which: int) -> None:
        stick = self.folder / "stick"
        shutil.rmtree(stick, ignore_errors=True)
        shutil.copytree(self.publisher.site, stick)
        _flip(sorted(path for path in stick.rglob("*") if path.is_file()), which, place, bit)
        self._look(DirectorySource(stick))

    @rule(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), which=st.integers(0, 50))
    def card_rots(self, place: float, bit: int, which: int) -> None:
        _flip(sorted(path for path in (self.village.paths.shelf / "blobs").rglob("*") if path.is_file()), which, place, bit)

    @rule(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), which=st.integers(0, 50))
    def packs_rot(self, place: float, bit: int, which: int) -> None:
        _flip(sorted(self.village.paths.shelf.rglob("*.pack")), which, place, bit)

    @invariant()
    def only_what_was_signed_and_never_back(self) -> None:
        cell = self._cell()
        now = dict(NOTHING)
        if cell and cell.bundle:
            notice = cell.bundle.notices[0]
            now["bundle"] = self.titles.index(notice.versions[0].title)
            for picture in notice.pictures:
                path = self.village.worker.blob(picture)
                assert path is None or picture_of(path.read_bytes()) == picture
        if cell and cell.alerts:
            now["alerts"] = self.alerts.index(cell.alerts.alerts[0].identifier)
        if cell and cell.stop:
            now["withdrawn"] = len(cell.stop.withdrawn)
        for name, seen in self.seen.items():
            # With its own copy lost and the shelf's replaced, it has nothing; it still takes nothing older.
            assert now[name] >= seen or (self.robbed and now[name] == NOTHING[name]), (now, self.seen)
        self.seen = {name: max(now[name], seen) for name, seen in self.seen.items()}

    def teardown(self) -> None:
        try:
            self._recovers()
        finally:
            shutil.rmtree(self.folder)

    def _recovers(self) -> None:
        """The road is good again: one release, one look, and everything newest is on air, whole."""
        if not self.titles:
            return
        self.clock = "right"
        self.publisher.later(hours=1)
        self.publish()
        refusals = self._look(recheck=True)
        assert refusals == ()
        assert self.village.on_air() == (self.titles[-1], (self.alerts[-1],))
        cell = self._cell()
        assert (len(cell.stop.withdrawn) if cell and cell.stop else 0) == self.withdrawn
        for blob in (LOGO, self.titles[-1].encode()):
            path = self.village.worker.blob(picture_of(blob))
            assert path is not None, "it is on the shelf, whole"
            assert path.read_bytes() == blob

    def _keep(self, target: Target) -> None:
        self.packs[target].append(self.publisher.pack(CHANNEL, target))

    def _moment(self) -> Moment:
        state, wall = CLOCKS[self.clock]
        return Moment(wall or self.publisher.now, state, "boot-1", 1.0)

    def _cell(self):
        return self.village.worker.programme(self.village.site, self._moment()).cell(CHANNEL)

    def _look(self, source: Source | None = None, recheck: bool = False) -> tuple[object, ...]:
        honest = DirectorySource(self.publisher.site)
        looking = check_channel(source or honest, self.village.paths, CHANNEL, self.publisher.root_bytes, self._moment(), recheck)
        try:
            return asyncio.run(looking).refusals
        except SeamError as problem:
            return (problem,)


def _flip(files: list[Path], which: int, place: float, bit: int) -> None:
    if files:
        path = files[which % len(files)]
        raw = bytearray(path.read_bytes())
        if raw:
            raw[int(place * len(raw))] ^= 1 << bit
            fresh = path.with_name(".rot")
            fresh.write_bytes(raw)
            fresh.replace(path)


TestLife = Life.TestCase
TestLife.settings = settings(share(0.3), stateful_step_count=25)
