"""Pages as the unit drew them and recordings as it decoded them, from proven content: pictures to look at, no proof themselves."""

import wave
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import av
import numpy as np

from audio.mix.level import amplified
from audio.source.decode import RATE, pcm
from bangtin.archive.facts import Facts, ItemFact, Proven, Receipt, Said, UnitSaid
from bangtin.archive.releases import Release, alert_named, item_named, programme
from bangtin.archive.told import Testimony
from bangtin.drawing import Artist, Find
from bundle.alert import AlertText
from bundle.asset import Asset
from bundle.base import Model
from bundle.items import Notice, Recorded, Wording
from bundle.manifest import Bundle
from bundle.trust import Target
from device.screen import Screen
from director.decision import AlertPage, CaptionPage, NoticePage, ScreenDecision
from director.explain import explain
from director.happened import Happened, fold, shown_key
from director.languages import village_versions
from director.moment import Moment
from director.programme import Programme
from director.screen import direct_screen
from display.errors import PageUndrawable
from display.look.glass import glass
from display.look.light import light_at
from display.material import needs
from display.showing.screen import save
from evidence.records import ClockState, Shown

Tick = Callable[[], None]


class Plan(Model):
    """What the director's rules put on a board of which no receipt tells: a sentence, and its *pages*."""

    unit: str
    sentence: str
    pages: tuple[str, ...]


class Drawn(Model):
    """``drawn.json``: the files made from the proofs. *pages* by ``unit/program/n`` of the receipt, *sounds* by blob and gain."""

    format: Literal[1] = 1
    pages: dict[str, tuple[str, ...]]
    sounds: dict[str, str]
    plans: tuple[Plan, ...]
    undrawable: tuple[str, ...] = ()


def receipt_name(unit: str, receipt: Receipt) -> str:
    """How ``drawn.json`` names a receipt."""
    return f"{unit}/{receipt.program}/{receipt.line.n}"


def sound_name(sha256: str, gain: float) -> str:
    """How ``drawn.json`` names a recording at its gain."""
    return f"{sha256}@{gain:g}"


def needed(found: Facts, proven: Proven, said: Said) -> dict[str, Asset]:
    """The blobs of what was shown and sounded, and of the sponsors beside it, by SHA-256."""
    wanted: dict[str, Asset] = {}
    for fact in found.items:
        release = _release(proven, fact)
        wanted |= {asset.sha256: asset for asset in _assets(release, fact.item)}
    for unit in said.units:
        for bundle in _programme(proven, unit, said.start, {}).bundles():
            wanted |= {mark.picture.sha256: mark.picture for mark in bundle.sponsors}
    for unit, facts in zip(said.units, found.units, strict=True):
        if not _boards(facts.receipts):
            wanted |= {asset.sha256: asset for asset, _ in needs(_plan(said, proven, unit)[1])}
    return wanted


def draw(said: Said, proven: Proven, found: Facts, find: Find, folder: Path, tick: Tick = lambda: None) -> Drawn:
    """Write ``pages/`` and ``sound/`` below *folder*; *find* gives the blobs that are at hand, *tick* is called after each thing."""
    artist = _Artist(said, proven, found, find, folder)
    pages: dict[str, tuple[str, ...]] = {}
    plans: list[Plan] = []
    for unit, facts in zip(said.units, found.units, strict=True):
        boards = _boards(facts.receipts)
        for receipt in boards:
            pages[receipt_name(unit.unit, receipt)] = artist.receipt(unit, receipt)
            tick()
        if not boards:
            plans.append(artist.plan(unit))
            tick()
    sounds = dict(_sounds(found, find, folder, tick))
    return Drawn(pages=pages, sounds=sounds, plans=tuple(plans), undrawable=tuple(artist.undrawable))


class _Artist:
    """The display's own layout and painter, on a surface of the size asked for."""

    def __init__(self, said: Said, proven: Proven, found: Facts, find: Find, folder: Path) -> None:
        self._said, self._proven, self._found, self._folder = said, proven, found, folder
        self._artist = Artist(find)
        self.undrawable: list[str] = []

    def receipt(self, unit: UnitSaid, receipt: Receipt) -> tuple[str, ...]:
        """The pages of one receipt of a board, as they stood when the window began or when the page came on."""
        line = receipt.line
        if not isinstance(line, Shown) or receipt.item is None or receipt.first is None:
            return ()
        release = _release(self._proven, self._found.items[receipt.item])
        testimony = self._proven.testimonies[unit.unit]
        at = max(receipt.first, self._said.start)
        moment = Moment(at, ClockState.TRUSTED if line.began.state is ClockState.UNKNOWN else line.began.state, "archive", line.began.mono)
        instead = {release.verified.channel: release} if isinstance(release.document, Bundle) else {}
        shown = _programme(self._proven, unit, receipt.first, instead)
        decision = _as_shown(shown, moment, _history(testimony, receipt.first), release, line)
        return self._draw(decision, moment, unit, f"{unit.unit}-{receipt.line.n}") if decision else ()

    def plan(self, unit: UnitSaid) -> Plan:
        """The page that the rules put on, with the reason."""
        shown, decision, moment = _plan(self._said, self._proven, unit)
        return Plan(
            unit=unit.unit, sentence=explain(decision, shown, moment), pages=self._draw(decision, moment, unit, f"{unit.unit}-plan")
        )

    def _draw(self, decision: ScreenDecision, moment: Moment, unit: UnitSaid, name: str) -> tuple[str, ...]:
        zone, size, files = unit.site().timezone, (self._said.width, self._said.height), []
        local = moment.local(zone)
        try:
            for number, (_, picture) in enumerate(self._artist.pages(decision, glass(size), local, light_at(local, Screen()), zone), 1):
                files.append(f"pages/{name}-p{number}.png")
                save(picture, self._folder / files[-1])
        except PageUndrawable as problem:
            self.undrawable.append(f"{name}: {problem}")
        return tuple(files)


def _as_shown(shown: Programme, moment: Moment, happened: Happened, release: Release, line: Shown) -> ScreenDecision | None:
    """What the director decides around that item: the same ticker, sponsor and signs, and its place in the round of notices."""
    around = direct_screen(shown, moment, happened)
    alert, item = alert_named(release.document, line.item), item_named(release.document, line.item)
    channel, version = release.verified.channel, getattr(release.document, "version", 0)
    if alert:
        return replace(around, main=AlertPage(channel, alert, village_versions(alert.versions, shown.site.languages)))
    if isinstance(item, Recorded):
        words = next((each for each in item.versions if each.language == line.language), item.versions[0])
        caption = Wording(language=words.language, title=words.title, body=words.body)
        return replace(around, main=CaptionPage(channel, version, item.id, caption, ""))
    if not isinstance(item, Notice):
        return None
    for _ in range(1 + sum(len(bundle.notices) * len(shown.site.languages) for bundle in shown.bundles())):
        if isinstance(around.main, NoticePage) and (around.main.notice, around.main.wording.language) == (item, line.language):
            return around
        if not isinstance(around.main, NoticePage):
            break
        before = shown_key(around.main.channel, around.main.notice.id, around.main.wording.language)
        around = direct_screen(shown, moment, replace(happened, last_shown=before, sounding=None, last_sounding=None))
    words_ = next((each for each in item.versions if each.language == line.language), item.versions[0])
    return replace(around, main=NoticePage(channel, version, item, words_, 1, 1))


def _plan(said: Said, proven: Proven, unit: UnitSaid) -> tuple[Programme, ScreenDecision, Moment]:
    shown = _programme(proven, unit, said.start, {})
    moment = Moment(said.start, ClockState.TRUSTED, "archive", 0.0)
    return shown, direct_screen(shown, moment, _history(proven.testimonies[unit.unit], said.start)), moment


def _programme(proven: Proven, unit: UnitSaid, at: datetime, instead: dict[str, Release]) -> Programme:
    return programme(unit.site(), proven.releases, proven.testimonies[unit.unit], at, instead)


def _history(testimony: Testimony, moment: datetime) -> Happened:
    return fold(Happened(), [told.line for told in testimony.before(moment)])


def _boards(receipts: tuple[Receipt, ...]) -> list[Receipt]:
    return [receipt for receipt in receipts if isinstance(receipt.line, Shown) and receipt.item is not None]


def _release(proven: Proven, fact: ItemFact) -> Release:
    target = Target(fact.file.split("/")[2])
    return next(each for each in proven.releases.of(fact.channel, target) if each.file == fact.file)


def _assets(release: Release, name: str) -> Iterator[Asset]:
    alert, item = alert_named(release.document, name), item_named(release.document, name)
    if isinstance(item, Notice):
        yield from item.media
    versions = alert.versions if alert else (item.versions if isinstance(item, Recorded) else ())
    for version in versions:
        yield from version.clips if isinstance(version, AlertText) else (version.clip,)


def _sounds(found: Facts, find: Find, folder: Path, tick: Tick) -> Iterator[tuple[str, str]]:
    """The recordings of what sounded, whole and at the gain that the unit applies, as WAV."""
    heard = [each for item in found.items for words in item.words for each in words.recordings]
    wanted = {sound_name(each.sound, each.gain): each for each in heard}
    for name, words in sorted(wanted.items()):
        path = find(words.sound)
        if path is None:
            continue
        file = f"sound/{words.sound}-{words.gain:g}dB.wav"
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        try:
            with wave.open(str(folder / file), "wb") as out:
                out.setparams((1, 2, RATE, 0, "NONE", ""))
                for samples in pcm(str(path), 0.0):
                    out.writeframes(np.ascontiguousarray(amplified(samples, words.gain)).astype("<i2").tobytes())
        except (av.FFmpegError, ValueError, IndexError):
            # The blob itself is in the archive, and its page says that it could not be decoded.
            (folder / file).unlink()
            continue
        tick()
        yield name, file
