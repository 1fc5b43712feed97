"""What a bundle can say an officer can write: no field of an item is out of reach of a folder of plain files."""

import pytest

from bundle.items import Announcement, Item, LiveGrant, Notice, Phrase, Rebroadcast, Session, SponsorMark, Ticker
from bundle.layout import Edge, ZoneKind
from bundle.manifest import Bundle
from registry.making.source import (
    AnnouncementHead,
    Input,
    LiveGrantEntry,
    NoticeHead,
    PhraseHead,
    ProgrammeFile,
    RebroadcastEntry,
    SessionEntry,
    SponsorEntry,
    TickerEntry,
)
from tests.registry.making.officework import PROGRAMME, SESSION, Office

# Where a field is written under another name: the file's own name, several keys for one, or a folder of files.
OTHERWISE = {
    "id": "slug",
    "stated_class": "bulletin_class",
    "provenance": "author",
    "versions": "title",
    "schedule": "start",
    "live_grants": "live_grant",
    "layouts": "layout",
    "sessions": "session",
    "tickers": "ticker",
    "rebroadcasts": "rebroadcast",
    "sponsors": "sponsor",
    "valid_until": "valid_days",
}
FOLDERS = {"notices", "announcements", "phrases"}
GIVEN_BY_THE_COMMAND = {"version", "made"}


@pytest.mark.parametrize(
    ("item", "written"),
    [
        (Notice, NoticeHead),
        (Announcement, AnnouncementHead),
        (Phrase, PhraseHead),
        (Session, SessionEntry),
        (Rebroadcast, RebroadcastEntry),
        (LiveGrant, LiveGrantEntry),
        (Ticker, TickerEntry),
        (SponsorMark, SponsorEntry),
    ],
)
def test_every_field_of_an_item_can_be_written(item: type[Item], written: type[Input]) -> None:
    keys = {"slug", *written.model_fields, *({"title"} if "text" in written.model_fields else set())}
    assert {field for field in item.model_fields if field not in keys and OTHERWISE.get(field) not in keys} == set()


def test_every_field_of_a_bundle_can_be_written() -> None:
    keys = {*ProgrammeFile.model_fields, *FOLDERS, *GIVEN_BY_THE_COMMAND}
    assert {field for field in Bundle.model_fields if field not in keys and OTHERWISE.get(field) not in keys} == set()


LIVE = """
[[live_grant]]
id = "xa-noi"
title = "Chủ tịch xã nói"
person = "Vi Thị Dụ"
url = "https://xa.example/live"
minutes = 10.0
zones = ["cho"]

[[rebroadcast]]
id = "dai-tinh"
title = "Đài tỉnh"
url = "https://dai.example/a.m3u8"
duration = 900.0
language = "tyz"
gain = -3.5
"""


def test_a_live_grant_a_foreign_programme_and_a_local_bulletin_reach_the_bundle(office: Office) -> None:
    office.write("programme.toml", PROGRAMME + 'local_bulletin = ["loi-chao"]\n' + SESSION + LIVE)
    bundle = office.draft().bundle
    (grant,), (rebroadcast,) = bundle.live_grants, bundle.rebroadcasts
    assert (grant.person, grant.minutes, grant.zones) == ("Vi Thị Dụ", 10.0, ("cho",))
    assert (rebroadcast.language, rebroadcast.gain) == ("tyz", -3.5)
    assert bundle.local_bulletin == ("loi-chao",)


def test_a_local_bulletin_names_only_announcements(office: Office) -> None:
    office.write("programme.toml", PROGRAMME + 'local_bulletin = ["dai-tinh"]\n' + SESSION + LIVE)
    assert "there is no announcement “dai-tinh”" in office.complaints()["programme.toml: local_bulletin"]


LAYOUT = """
[[layout]]
name = "bang-cho"
aspect = { least = 1.5 }
[[layout.zones]]
kind = "header"
edge = "top"
lines = 2.0
[[layout.zones]]
kind = "sponsor"
edge = "bottom"
part = PART
"""


def test_a_layout_reaches_the_bundle(office: Office) -> None:
    office.write("programme.toml", PROGRAMME + SESSION + LAYOUT.replace("PART", "0.15"))
    (layout,) = office.draft().bundle.layouts
    assert [(zone.kind, zone.edge) for zone in layout.zones] == [(ZoneKind.HEADER, Edge.TOP), (ZoneKind.SPONSOR, Edge.BOTTOM)]


def test_a_layout_that_gives_a_sponsor_more_than_a_fifth_is_refused(office: Office) -> None:
    office.write("programme.toml", PROGRAMME + SESSION + LAYOUT.replace("PART", "0.3"))
    assert any("at most 0.2" in told for told in office.complaints().values())
