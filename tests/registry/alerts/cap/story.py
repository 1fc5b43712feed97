"""A CAP file from its issuer to a board: read, spoken, released by two persons, pulled by a unit, and painted by the real renderer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from PIL import Image

from bundle.alert import Alert, AlertSet
from bundle.base import BulletinClass
from bundle.items import Phrase, Spoken
from director.happened import Happened
from director.screen import direct_screen
from registry.alerts.cap import CapAlert, read_cap
from registry.alerts.cap.sending import sendable
from registry.making.voice import EspeakVoice
from tests.display.gallery.boards import BOARDS, Board
from tests.display.gallery.painted import LOCAL, pages, shown
from tests.display.gallery.scenes import Scene
from tests.registry.alerts.cap.messages import ISSUERS, issuers_sources
from tests.simulators.content import CHANNEL, PROVENANCE, clip_of, small_bundle
from tests.simulators.publisher import Publisher
from tests.simulators.village import Village

FILES = tuple(sorted(path.stem for path in ISSUERS.glob("*.xml")))
NOW = LOCAL
PHRASES = ("bao-vao-gan", "xa-lu-ho-chua", "lu-len-nhanh", "chay-rung")
LOOKED_AT = ("landscape", "portrait", "wall-512x256", "wall-192x96")
PLACES = ("01", "02", "03")


def message(name: str) -> CapAlert:
    path = ISSUERS / f"{name}.xml"
    return read_cap(path.read_bytes(), issuers_sources(), CHANNEL, NOW, where=path.name)


def phrase(name: str) -> Phrase:
    spoken = Spoken(language="vi", title=name, body="Khẩn cấp!", clip=clip_of(name.encode()), voice="ghi âm", reviewer="Lò Thị Mây")
    return Phrase(id=name, bulletin_class=BulletinClass.EMERGENCY, versions=(spoken,), provenance=PROVENANCE)


@dataclass(frozen=True)
class Told:
    """What came of one file: the *alert* as the unit at *place* has it, or None where that is not meant."""

    alert: Alert
    village: Village


def tell(name: str) -> Told:
    """The story of one file, from its beginning."""
    folder = Path(mkdtemp(prefix="cap-"))
    publisher = Publisher(folder, now=NOW)
    bundle = small_bundle(NOW).model_copy(update={"phrases": tuple(map(phrase, PHRASES)), "area_name": "Xã An Phú"})
    publisher.release_bundle(CHANNEL, bundle, [each.encode() for each in PHRASES])
    alert, silent = sendable(message(name), publisher.tree, CHANNEL, publisher.draft, EspeakVoice(), "Trần Văn Mưa")
    assert not [each for each in silent if "no voice" not in each.what], silent
    publisher.release_alerts(CHANNEL, AlertSet(format=1, channel=CHANNEL, alerts=(alert,)))
    return Told(alert, Village(folder, publisher))


told = cache(tell)
"""The same once for all tests: speech takes seconds."""


async def pulled(name: str) -> Told:
    """The same after the unit has looked."""
    return await looked(told(name))


async def looked(story: Told) -> Told:
    """*story* after one more look of the unit."""
    checked = await story.village.look()
    assert not checked.refusals, checked.refusals
    return story


def scene(story: Told, board: Board, language: str, place: str = "01") -> Scene:
    """What the board of a unit at *place* shows, when its village reads *language*."""
    village = story.village
    site = replace(village.site, place=f"{CHANNEL}.{place}", place_name="An Phú", languages=(language,))
    programme = village.new_worker().programme(site, village.moment(NOW))
    decision = direct_screen(programme, village.moment(NOW), Happened())
    return Scene(board, language, story.alert.identifier, board.lights["day"], decision)


def board(name: str) -> Board:
    return next(each for each in BOARDS if each.name == name)


def painted(what: Scene) -> Iterator[Image.Image]:
    """Every page of it, as the screen shows them."""
    for page in pages(what, NOW):
        yield Image.fromarray(shown(page, what))
