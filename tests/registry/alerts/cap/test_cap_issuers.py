"""Messages written as five public issuers write theirs go the whole way: read, spoken, released, pulled by a unit, painted."""

import pytest

from bundle.alert import AlertSet, MessageType, RiskLevel, Status
from director.decision import AlertPage
from registry.alerts.cap import read_cap
from registry.alerts.cap.sending import released_alerts
from tests.registry.alerts.cap.messages import ISSUERS, issuers_sources
from tests.registry.alerts.cap.story import FILES, NOW, board, clip_of, looked, message, painted, pulled, scene, tell
from tests.simulators.content import CHANNEL

PLACE = "vn.20.06001"
MEANT = {
    "cap-cp": (RiskLevel.RED, (PLACE,), ("xa-lu-ho-chua",), ("vi", "km")),
    "dwd": (RiskLevel.ORANGE, (f"{PLACE}.01", f"{PLACE}.02"), ("bao-vao-gan",), ("vi",)),
    "met-no": (RiskLevel.ORANGE, (f"{PLACE}.03", f"{PLACE}.01"), ("chay-rung",), ("vi", "en")),
    "meteoalarm": (RiskLevel.ORANGE, (PLACE,), (), ("vi", "en")),
    "nws": (RiskLevel.ORANGE, (f"{PLACE}.03", f"{PLACE}.01"), ("lu-len-nhanh",), ("vi", "hmn")),
}


@pytest.mark.parametrize("name", FILES)
def test_each_is_understood_by_the_tables_of_its_source(name):
    cap = message(name)
    languages = tuple(text.language for text in cap.alert.versions)
    assert (cap.alert.level, cap.alert.areas, cap.phrases, languages) == MEANT[name]
    assert all(text.headline and text.instruction and text.where for text in cap.alert.versions)


def test_what_is_peculiar_to_each_is_kept():
    assert message("dwd").alert.expires is not None, "no end told: the source's own life"
    assert "Nà Khoang" not in message("dwd").alert.versions[0].where, "a place of another commune"
    assert message("cap-cp").speech["vi"].startswith("Khẩn cấp! Hồ Khuổi Sao")
    assert len(message("nws").alert.references) == 2
    assert message("nws").alert.message_type is MessageType.UPDATE
    assert message("nws").alert.versions[0].description.startswith("- CÁI GÌ...Lũ quét")
    assert message("met-no").alert.airings.between is not None
    assert message("meteoalarm").alert.status is Status.EXERCISE
    assert message("meteoalarm").message.infos[0].areas[0].circles[0].radius == 6.5


@pytest.mark.parametrize("name", FILES)
async def test_each_is_released_pulled_and_shown_where_it_is_meant_and_nowhere_else(name):
    story = await pulled(name)
    for place in ("01", "02", "03", "04"):
        shown = scene(story, board("landscape"), "vi", place).decision.main
        meant = any(f"{PLACE}.{place}".startswith(area) for area in story.alert.areas)
        assert isinstance(shown, AlertPage) == meant, place
        if isinstance(shown, AlertPage):
            assert shown.alert == story.alert


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("where", ["landscape", "portrait", "wall-512x256"])
async def test_every_page_of_it_is_painted_in_each_language(name, where):
    story = await pulled(name)
    for text in story.alert.versions:
        pictures = list(painted(scene(story, board(where), text.language)))
        assert pictures
        assert all(len(picture.getcolors(1 << 24) or ()) > 4 for picture in pictures)


async def test_the_vietnamese_sounds_by_stored_phrase_then_by_its_own_words_and_says_when_it_was_sent():
    story = await pulled("cap-cp")
    vietnamese, khmer = story.alert.versions
    assert [clip.sha256 for clip in vietnamese.phrases] == [clip_of(b"xa-lu-ho-chua").sha256]
    assert vietnamese.clip is not None
    assert vietnamese.clip.duration > 3
    assert vietnamese.issued is not None
    assert vietnamese.issued.duration < vietnamese.clip.duration
    assert (vietnamese.reviewer, story.alert.provenance.approver) == ("Trần Văn Mưa", "Trần Văn Mưa")
    assert (khmer.clip, khmer.phrases) == (None, ()), "no voice speaks it, and no phrase is stored: it stands on the board"
    assert story.village.cell().alerts.alerts == (story.alert,)


async def test_a_cancel_of_the_same_issuer_takes_it_off_the_board():
    story = await looked(tell("dwd"))
    first = message("dwd").message
    raw = (ISSUERS / "dwd.xml").read_text(encoding="utf-8")
    head, _, _ = raw.partition("<info>")
    head = head.replace("<msgType>Alert", "<msgType>Cancel").replace(first.identifier, f"{first.identifier}-het")
    head = head.replace("07:30:00+07:00</sent>", "07:40:00+07:00</sent>")
    named = f"<references>{first.sender},{first.identifier},{first.sent.isoformat()}</references></alert>"
    known = released_alerts(story.village.publisher.tree, CHANNEL)
    ended = read_cap((head + named).encode(), issuers_sources(), CHANNEL, NOW, known).alert
    publisher = story.village.publisher
    publisher.release_alerts(CHANNEL, AlertSet(format=1, channel=CHANNEL, alerts=(*known, ended)))
    assert isinstance(scene(story, board("landscape"), "vi").decision.main, AlertPage), "the unit has not looked yet"
    await looked(story)
    assert not isinstance(scene(story, board("landscape"), "vi").decision.main, AlertPage)


async def test_an_exercise_begins_with_no_phrase_that_would_pass_for_real():
    story = await pulled("meteoalarm")
    assert [text.phrases for text in story.alert.versions] == [(), ()]
    assert story.alert.versions[0].clip is not None
