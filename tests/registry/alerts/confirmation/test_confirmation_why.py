"""The one sentence on why an alert has not come all the way, for the person who then telephones."""

from dataclasses import replace
from datetime import timedelta

import pytest

from evidence.records import FaultCode, Outcome, Rung
from evidence.report import Report
from registry.alerts.confirmation.ladder import Facts, Reach
from registry.alerts.confirmation.raised import Raised
from registry.alerts.confirmation.steps import Airing, Proof, Step
from registry.alerts.confirmation.tally import ladder_of
from registry.fleet.states import Known, Link, OpenFault, standing
from tests.registry.web.conftest import NOON, stamp, status
from tests.simulators.content import CHANNEL, flood_alert

RAISED = Raised(flood_alert(NOON, speech=b"lu").alerts[0], CHANNEL, NOON, {f"{CHANNEL}/alerts.json": 1})
LATE = replace(RAISED, issued=NOON + timedelta(minutes=1, seconds=30))
SPEECHLESS = Raised(flood_alert(NOON).alerts[0], CHANNEL, NOON, RAISED.lists)
NOW = NOON + timedelta(minutes=2)
RECEIVED, VERIFIED = Proof(Step.RECEIVED, NOON, True), Proof(Step.VERIFIED, NOON, True)
PRESENTED, COMMANDED = Proof(Step.PRESENTED, NOON, True), Proof(Step.COMMANDED, NOON, True, 0)
SOUNDED = Proof(Step.LEFT_DRIVER, NOON, True, 0)
BOARD, VOICE = status("display"), status("audio")
SILENCED = status("audio", reasons=("silenced-on-site: stop switch",))
DEAD = status("display").model_copy(update={"at": stamp(mono=10.0)})
OLD_BOOT = status("audio").model_copy(update={"at": stamp(boot="boot-0")})
DARK = status("display", ready=False, reasons=("mất màn hình / screen lost",))
MUTED = status("audio").model_copy(update={"muted": "im tiếng theo lệnh / muted by order: tang lễ"})


def fault(program, code, detail):
    return OpenFault(program, code, detail)


AMPLIFIER = fault("amplifier", FaultCode.AMPLIFIER_LOST, "mất tăng âm loa-1 / amplifier loa-1 lost")
FEED = fault("display", FaultCode.FEED_HELD_BACK, "tin tự động bị giữ lại / a feed message was held back")
REFUSED = fault("agent", FaultCode.CONTENT_REFUSED, "chữ ký sai / wrong signature")
LANGUAGE = fault("audio", FaultCode.LANGUAGE_MISSING, "thiếu tiếng Khmer / Khmer is missing")


def told(
    *programs, proofs=(), ago=1, faults=(), airings=(), link=Link.NETWORK, maintenance=None, silent=None, arrived=RECEIVED, raised=RAISED
):
    report = Report(unit="bt", boot="boot-1", n=1, at=stamp(), versions={}, programs=programs or (BOARD, VOICE))
    contact = NOW - (silent or timedelta(seconds=ago))
    known = Known(NOON - timedelta(days=30), contact, report, faults, link, maintenance)
    where = ("bt", f"{CHANNEL}.01", "Thôn", CHANNEL)
    facts = Facts(*where, known, standing(known, NOW), True, True, arrived, tuple(proofs), tuple(airings))
    return ladder_of(facts, raised, NOW)


ABOVE = {"proofs": (VERIFIED, PRESENTED)}
BELOW = {"proofs": (VERIFIED, COMMANDED, SOUNDED)}
FAILED = Airing(0, Outcome.MISSED, "chưa có lời đọc / no speech is recorded for it", NOON, Rung.UNKNOWN)
NOTHING = {"arrived": None}


@pytest.mark.parametrize(
    ("ladder", "reach", "why"),
    [
        (told(silent=timedelta(hours=3), **NOTHING), Reach.NOT_KNOWN, "không liên lạc từ 09:02 21/11/2026"),
        (told(silent=timedelta(minutes=3), **NOTHING), Reach.NOT_KNOWN, "chưa báo về từ khi phát tin"),
        (told(silent=timedelta(days=3), link=Link.COURIER, **NOTHING), Reach.NOT_KNOWN, "chờ người mang USB"),
        (told(silent=timedelta(hours=3), maintenance=NOW + timedelta(hours=1), **NOTHING), Reach.NOT_KNOWN, "đang bảo trì"),
        (told(**NOTHING), Reach.NOT_REACHED, "mà chưa nhận tin"),
        (told(raised=LATE, **NOTHING), Reach.NOT_REACHED, "mà chưa nhận tin"),
        (told(raised=LATE, ago=60, **NOTHING), Reach.NOT_KNOWN, "chưa báo về từ khi phát tin"),
        (told(faults=(REFUSED,), **NOTHING), Reach.NOT_REACHED, "chữ ký sai"),
        (told(), Reach.RECEIVED_ONLY, "chưa chương trình nào xác nhận"),
        (told(faults=(REFUSED,)), Reach.RECEIVED_ONLY, "chữ ký sai"),
        (told(proofs=(VERIFIED,), faults=(FEED,)), Reach.RECEIVED_ONLY, "bị giữ lại"),
        (told(BOARD, SILENCED, **ABOVE), Reach.BOARD_ONLY, "tắt tiếng tại chỗ"),
        (told(BOARD, MUTED, **ABOVE), Reach.BOARD_ONLY, "tang lễ"),
        (told(BOARD, OLD_BOOT, **ABOVE), Reach.BOARD_ONLY, "chương trình audio không chạy"),
        (told(BOARD, **ABOVE), Reach.BOARD_ONLY, "chương trình audio không trả lời"),
        (told(faults=(AMPLIFIER,), **ABOVE), Reach.BOARD_ONLY, "mất tăng âm loa-1"),
        (told(faults=(LANGUAGE,), airings=(FAILED,), **ABOVE), Reach.BOARD_ONLY, "chưa có lời đọc"),
        (told(faults=(LANGUAGE,), **ABOVE), Reach.BOARD_ONLY, "thiếu tiếng Khmer"),
        (told(**ABOVE), Reach.BOARD_ONLY, "loa chưa phát, chưa rõ vì sao"),
        (told(raised=SPEECHLESS, **ABOVE), Reach.BOARD_ONLY, "this alert has no speech"),
        (told(proofs=(VERIFIED,), raised=SPEECHLESS), Reach.RECEIVED_ONLY, "this alert has no speech"),
        (told(BOARD, OLD_BOOT, raised=SPEECHLESS, **ABOVE), Reach.BOARD_ONLY, "chương trình audio không chạy"),
        (told(DEAD, VOICE, **BELOW), Reach.SOUND_ONLY, "chương trình display không chạy"),
        (told(DARK, VOICE, **BELOW), Reach.SOUND_ONLY, "mất màn hình"),
        (told(silent=timedelta(hours=1), **BELOW), Reach.SOUND_ONLY, "khi liên lạc cuối"),
    ],
)
def test_it_says_what_is_in_the_way(ladder, reach, why):
    assert ladder.reach is reach
    assert why in ladder.why
    assert " / " in ladder.why


def test_nothing_is_in_the_way_of_what_has_come_all_the_way():
    assert told(proofs=(VERIFIED, PRESENTED, COMMANDED, SOUNDED)).why is None
