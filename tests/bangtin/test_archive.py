"""The archive of a village's past minute: exactly what was shown and said, by whose word, and nothing that cannot be proven."""

import hashlib
import io
import json
import wave
from datetime import timedelta

import pygame
import pytest
from sqlalchemy import select

from bangtin.archive.facts import Said, prove
from bangtin.archive.folder import seal
from bangtin.archive.releases import programme
from bangtin.archive.told import read_testimony
from bangtin.archive.verify import verify_archive
from bangtin.archive.write import read_proofs
from bundle.asset import blob_path
from bundle.parse import parse
from evidence.records import OpenedOnSite, Outcome, Recording, Rung, Shown, Sounded
from registry.fleet.tables import lines, reports
from tests.bangtin.archived import BEGIN, UNIT, VILLAGE, clip_of, export, facts, files, notice, refused, text_of
from tests.simulators.content import CHANNEL


async def test_it_holds_what_was_on_the_board_then_and_not_what_came_later(past):
    export(past, "out")
    said = text_of(past.folder / "out")
    for wanted in ("Họp thôn tối thứ Bảy", "12/TB-UBND", "Lò Thị Mây", "Hoàng Văn Suối", "UBND xã Bản Mẫu", VILLAGE):
        assert wanted in said
    assert "Chủ Nhật" not in said
    assert "Tin mới nhất" not in said
    export(past, "second", past.second)
    assert "Chủ Nhật" in text_of(past.folder / "second")
    assert "tối thứ Bảy" not in text_of(past.folder / "second")


@pytest.mark.parametrize("which", ["first", "second"])
async def test_a_page_is_pixel_for_pixel_the_one_that_the_unit_presented(past, which):
    """Also when no report stood between the arrival of a bundle and its receipts."""
    at = BEGIN if which == "first" else past.second
    export(past, "out", at)
    drawn = json.loads((past.folder / "out/drawn.json").read_bytes())
    receipts = [each.line for each in facts(past, "out").units[0].receipts if isinstance(each.line, Shown)]
    shown = [line for line in receipts if line.began.wall >= at and line.outcome is Outcome.COMPLETE]
    assert {line.item for line in shown[:2]} == {"hop-thon", "tiem"}
    assert {line.version for line in shown} == {1 if which == "first" else 2}
    presented = [pixels for name, pixels in past.seen.items() if name.endswith(f"@{at:%H:%M}")]
    for line in shown[:2]:
        pages = drawn["pages"][f"{UNIT}/display/{line.n}"]
        assert len(pages) == line.of
        for page in pages:
            assert pygame.image.tobytes(pygame.image.load(past.folder / "out" / page), "RGB") in presented


async def test_sound_is_the_very_blob_with_its_receipts_and_their_rung(past):
    export(past, "out", BEGIN + timedelta(seconds=90))
    (unit,) = facts(past, "out").units
    told = [each for each in unit.receipts if isinstance(each.line, Sounded)]
    # Both ends of it, though it began before the minute asked for.
    assert [(each.line.outcome, each.line.rung) for each in told] == [
        (Outcome.STARTED, Rung.COMMANDED),
        (Outcome.COMPLETE, Rung.LEFT_DRIVER),
    ]
    assert past.speech in files(past.folder / "out").values()
    (tape,) = (past.folder / "out/sound").iterdir()
    with wave.open(io.BytesIO(tape.read_bytes())) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(1.0, abs=0.05)
        loud = max(abs(int.from_bytes(sound.readframes(1), "little", signed=True)) for _ in range(20_000))
    assert loud == pytest.approx(0.3 * 32768 * 10 ** (-3 / 20), rel=0.1)
    assert "đã rời máy" in text_of(past.folder / "out")


async def test_what_was_said_on_site_has_its_receipts_and_the_digest_of_its_recording_and_not_the_recording(past):
    began = past.at
    past.opens_on_site("Lò Văn Păn", b"a recording on the card")
    await past.report()
    export(past, "all", began, minutes=5)
    verify_archive(past.folder / "all")
    (unit,) = facts(past, "all").units
    (opened,) = [each.line for each in unit.receipts if isinstance(each.line, OpenedOnSite)]
    (kept,) = [each.line for each in unit.receipts if isinstance(each.line, Recording)]
    steps = [each.line for each in unit.receipts if isinstance(each.line, Sounded)]
    assert (opened.holder, opened.seconds, opened.urgent) == ("Lò Văn Păn", 300.0, True)
    assert (kept.occurrence, kept.seconds, kept.size) == (opened.occurrence, 60.0, 23)
    assert kept.sha256 == hashlib.sha256(b"a recording on the card").hexdigest()
    assert [(line.holder, line.outcome) for line in steps] == [("Lò Văn Păn", Outcome.STARTED), ("Lò Văn Păn", Outcome.COMPLETE)]
    assert b"a recording on the card" not in files(past.folder / "all").values()
    page = text_of(past.folder / "all")
    for row in ("<code>microphone</code>", "opened-on-site", "recording"):
        assert row in page


async def test_of_a_minute_within_what_was_said_on_site_the_opening_and_the_digest_lie_in_the_signed_reports(past):
    began = past.at
    past.opens_on_site("Lò Văn Păn", b"a recording on the card")
    await past.report()
    export(past, "middle", began + timedelta(seconds=30))
    (unit,) = facts(past, "middle").units
    assert [each.line.holder for each in unit.receipts if isinstance(each.line, Sounded)] == ["Lò Văn Păn"] * 2
    reports = {name: raw.decode() for name, raw in files(past.folder / "middle").items() if name.endswith(".jws") and "/reports/" in name}
    told = read_testimony(reports, UNIT, Said.model_validate_json((past.folder / "middle/registry.json").read_bytes()).units[0].key)
    digest = hashlib.sha256(b"a recording on the card").hexdigest()
    assert [each.line.sha256 for each in told.lines if isinstance(each.line, Recording)] == [digest]
    assert [each.line.holder for each in told.lines if isinstance(each.line, OpenedOnSite)] == ["Lò Văn Păn"]


async def test_an_officers_voice_is_there_with_its_order_its_grant_and_the_recording_that_the_registry_kept(past):
    began = past.at
    order, sound = past.speaks_live("Đinh Thị Gió")
    await past.report()
    export(past, "out", began, minutes=3)
    verify_archive(past.folder / "out")
    inside = files(past.folder / "out")
    (kept,) = json.loads(inside["live.json"])["parts"]
    assert (kept["person"], kept["order"], kept["size"]) == ("Đinh Thị Gió", order.id, len(sound))
    assert inside[f"live/{CHANNEL}/{order.id}/1.ogg"] == sound
    assert kept["sha256"] == hashlib.sha256(sound).hexdigest()
    spoken = [each for each in facts(past, "out").units[0].receipts if isinstance(each.line, Sounded)]
    assert {each.line.occurrence for each in spoken} == {kept["occurrence"]}
    assert {facts(past, "out").items[each.item].title for each in spoken} == {"Xã nói chuyện"}
    assert any(name.startswith(f"packs/{CHANNEL}/ops.json/") for name in inside)
    export(past, "other", began + timedelta(minutes=20))
    assert "live.json" not in files(past.folder / "other"), "nobody spoke then"


async def test_an_officers_recording_that_the_registry_lost_is_named_and_stops_no_export(past):
    began = past.at
    order, sound = past.speaks_live("Đinh Thị Gió")
    await past.report()
    (past.data / f"live/{CHANNEL}/{order.id}/1.ogg").write_bytes(sound[:-1])
    export(past, "out", began, minutes=3)
    verify_archive(past.folder / "out")
    told = json.loads(files(past.folder / "out")["live.json"])
    assert told["lacking"] == [f"live/{CHANNEL}/{order.id}/1.ogg"]
    assert told["parts"][0]["sha256"] == hashlib.sha256(sound).hexdigest()


@pytest.mark.parametrize("forged", ["sound", "words"])
async def test_an_officers_recording_that_is_not_the_one_told_of_is_found_though_it_was_sealed_again(past, forged):
    began = past.at
    order, sound = past.speaks_live("Đinh Thị Gió")
    await past.report()
    export(past, "out", began, minutes=3)
    out = past.folder / "out"
    if forged == "sound":
        (out / f"live/{CHANNEL}/{order.id}/1.ogg").write_bytes(sound[:-1])
    else:
        (out / "live.json").write_text((out / "live.json").read_text().replace("audio/ogg", "text/plain"))
    seal(out)
    assert "live" in refused(out)


async def test_a_withdrawn_item_says_so(past):
    export(past, "out", past.third - timedelta(minutes=31))
    assert "sai ngày" not in text_of(past.folder / "out")
    export(past, "later", past.third - timedelta(minutes=1), minutes=2)
    verify_archive(past.folder / "later")
    assert [item.withdrawn for item in facts(past, "later").items if item.item == "hop-thon"] == ["sai ngày"]


async def test_an_airing_of_an_alert_is_proven_with_its_words(past):
    export(past, "out", past.fourth + timedelta(seconds=70))
    (alert,) = [item for item in facts(past, "out").items if item.kind == "alert"]
    assert alert.item == str(past.alert.identity())
    assert (alert.authors, alert.approvers) == (("Đinh Thị Gió",), ("Trần Văn Mưa",))
    assert "Lũ đang lên" in text_of(past.folder / "out")
    (words,) = alert.words
    assert [each.sound for each in words.recordings] == [clip_of(blob).sha256 for blob in (past.phrase, past.speech)], "as they are said"
    for each in words.recordings:
        assert (past.folder / "out" / blob_path(each.sound)).is_file(), "the recording itself"
        assert (past.folder / "out" / "sound" / f"{each.sound}-{each.gain:g}dB.wav").is_file()
    assert {each.line.kind for each in facts(past, "out").units[0].receipts} >= {"sounded"}


async def test_an_alert_that_a_newer_list_left_out_is_still_what_stood(past):
    past.later(hours=7)  # the flood before is over
    flood = past.flood()
    past.watch(20)
    past.forgotten()
    past.watch(600)
    await past.report()
    since = past.at
    past.watch(10)
    name = str(flood.alerts[0].identity())
    past.speak(name, f"alert:{CHANNEL}:{name}#1", 3, seconds=20.0)
    past.end(flood)
    past.watch(20)
    await past.report()
    export(past, "out", since)
    verify_archive(past.folder / "out")
    found = facts(past, "out")
    (alert,) = [item for item in found.items if item.kind == "alert"]
    assert alert.file.endswith("/alerts.json/2.pack"), "the list that named it, and not the one after"
    said = parse(Said, (past.folder / "out" / "registry.json").read_bytes(), "registry.json")
    proven = prove(said, read_proofs(past.folder / "out"))
    (cell,) = programme(said.units[0].site(), proven.releases, proven.testimonies[UNIT], since, {}).cells
    assert (cell.alerts.alerts, cell.earlier_alerts[:1]) == ((), flood.alerts), "by nothing but what lies in the archive"


async def test_twice_the_same_is_byte_for_byte_the_same(past):
    first, second = export(past, "one", minutes=3), export(past, "two", minutes=3)
    assert first == second
    assert files(past.folder / "one") == files(past.folder / "two")


async def test_a_unit_that_had_not_got_the_newest_is_shown_with_what_it_had(past):
    past.later(hours=6)  # the flood is over
    past.watch(1)
    await past.report()
    past.bundle(4, notice("chua-toi", "Tin chưa tới thôn"), arrives=False)
    since = past.at
    past.watch(20)
    # Nothing was heard of it since: its last word before counts, not what was released meanwhile.
    export(past, "silent", since)
    assert "Tin mới nhất" in text_of(past.folder / "silent")
    past.later(minutes=5)
    await past.report()
    for out, at in (("shown", since), ("by-plan", since + timedelta(minutes=3))):
        export(past, out, at)
        verify_archive(past.folder / out)
        (unit,) = facts(past, out).units
        (bundle,) = [each for each in unit.force if each.target.endswith("/bundle.json")]
        assert (bundle.released, bundle.before, bundle.after) == (4, 3, 3)
        assert "Tin mới nhất" in text_of(past.folder / out)
        assert "chưa tới" not in text_of(past.folder / out)
    assert not any(isinstance(each.line, Shown) for each in facts(past, "by-plan").units[0].receipts)


async def test_a_unit_that_has_not_reported_since_is_not_taken_for_complete(past):
    now = past.at - timedelta(minutes=30)
    export(past, "out", now + timedelta(minutes=40))
    (unit,) = facts(past, "out").units
    assert unit.silent_after
    assert not unit.receipts
    assert "Chưa có báo cáo nào sau" in text_of(past.folder / "out")
    # No receipt tells, so the page is the one by the rules, and says that it is not proven.
    drawn = json.loads((past.folder / "out/drawn.json").read_bytes())
    assert drawn["plans"][0]["pages"]
    assert "chưa được chứng minh" in text_of(past.folder / "out")
    export(past, "whole")
    assert not facts(past, "whole").units[0].silent_after


async def test_lines_whose_signed_report_is_gone_are_named_and_not_believed(past):
    export(past, "before", past.second, minutes=120)
    held = {each.line.n for each in facts(past, "before").units[0].receipts if each.program == "display"}
    second = select(reports.c.n).order_by(reports.c.latest).limit(1).offset(1).scalar_subquery()
    await past.registry.change(reports.update().where(reports.c.n == second).values(token=None))
    export(past, "out", past.second, minutes=120)
    verify_archive(past.folder / "out")
    (unit,) = facts(past, "out").units
    (gap,) = [each for each in unit.missing if each.program == "display"]
    assert gap.why == "signature-not-kept"
    assert set(range(gap.first, gap.last + 1)) == held - {each.line.n for each in unit.receipts if each.program == "display"}
    await past.registry.change(lines.delete().where(lines.c.program == "display", lines.c.n == gap.first))
    export(past, "less", past.second, minutes=120)
    assert [each.why for each in facts(past, "less").units[0].missing if each.program == "display"] == ["no-report"]
    assert f"{gap.first}–{gap.last}" in text_of(past.folder / "less")


async def test_a_release_of_which_no_proof_was_kept_is_named(past):
    (past.publisher.site / f"history/{CHANNEL}/bundle.json/1.pack").unlink()
    export(past, "out")
    verify_archive(past.folder / "out")
    assert f"packs/{CHANNEL}/bundle.json/1.pack" in text_of(past.folder / "out")
    assert "Không có nội dung đã ký" in text_of(past.folder / "out")


async def test_a_blob_that_the_tree_lost_is_named_and_the_rest_stands(past):
    past.publisher.tree.blob(hashlib.sha256(past.speech).hexdigest()).unlink()
    export(past, "out", BEGIN + timedelta(seconds=90))
    verify_archive(past.folder / "out")
    assert "release tree lacks the blob" in text_of(past.folder / "out")
