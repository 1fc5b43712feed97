"""A reboot is asked for and judged: a few in 24 hours, never while the loudspeaker sounds, and counted on the card before it happens."""

from datetime import timedelta

import pytest

from caretaker.budget import of_today
from caretaker.reboot import judge
from caretaker.software.trial import Phase, Trial, end_trial, write_trial
from device.caretaker_settings import CaretakerSettings
from device.durable import replace
from device.paths import Paths
from device.reboots import DEATHS, ORDER, Reboot, ask_reboot, granted_for, reboot_answer
from device.status import write_status
from director.moment import Moment
from evidence.records import ClockState
from evidence.report import ProgramStatus, Sounding
from tests.simulators.content import package_of, release_of
from tests.simulators.publisher import START

LIMITS = CaretakerSettings(reboots=2)
RELEASE = release_of(START, package_of(b"ban-moi", "bangtin-1.4.0", "1.4.0"))


def moment(seconds=0.0, boot="boot-1", mono=1000.0, state=ClockState.TRUSTED):
    return Moment(START + timedelta(seconds=seconds), state, boot, mono + seconds)


@pytest.fixture
def paths(tmp_path):
    return Paths(tmp_path)


def ask(paths, now, by="modem"):
    ask_reboot(paths, by, "modem treo / the modem hangs", now.stamp())
    judge(paths, LIMITS, now)
    return reboot_answer(paths)


def voice(paths, at, sounding):
    since = Sounding(occurrence="a", item="bai-1", channel="vn", language="vi", since=at.stamp()) if sounding else None
    write_status(paths, ProgramStatus(program="audio", at=at.stamp(), ready=True, sounding=since))


def test_a_request_is_granted_once_it_is_counted_on_the_card_and_taken_away(paths):
    assert ask(paths, moment()).granted
    assert paths.reboot_granted.exists()
    assert b"modem" in paths.reboots.read_bytes()
    assert list(paths.reboot_requests.iterdir()) == []


def test_the_budget_of_a_day_outlives_the_reboots(paths):
    assert ask(paths, moment()).granted
    assert ask(paths, moment(3600, boot="boot-2")).granted
    refused = ask(paths, moment(7200, boot="boot-3"))
    assert not refused.granted
    assert "24" in refused.reasons[0]
    assert not paths.reboot_granted.exists()
    assert ask(paths, moment(86401, boot="boot-3")).granted


def test_what_was_granted_for_an_order_stands_on_the_card_under_its_name(paths):
    ask_reboot(paths, ORDER, "bảng treo", moment().stamp(), "vn/lenh-1@x")
    judge(paths, LIMITS, moment())
    assert reboot_answer(paths).order == "vn/lenh-1@x"
    assert granted_for(paths, "vn/lenh-1@x").at.boot == "boot-1"
    assert granted_for(paths, "vn/lenh-2@x") is None


def test_nobody_reboots_while_the_loudspeaker_sounds_and_it_is_said_why(paths):
    voice(paths, moment(), sounding=True)
    refused = ask(paths, moment(1))
    assert not refused.granted
    assert "bai-1" in refused.reasons[0]
    assert not paths.reboots.exists(), "a refusal costs nothing"
    voice(paths, moment(2), sounding=False)
    assert ask(paths, moment(3)).granted


def test_a_voice_that_died_while_it_sounded_holds_up_no_reboot(paths):
    voice(paths, moment(), sounding=True)
    assert ask(paths, moment(60)).granted


def test_a_version_that_dies_on_trial_is_left_by_its_judge_whom_a_reboot_would_cut_off(paths):
    """A board that died at once made its unit reboot in the middle of the judgement, again and again until the budget was used up."""
    write_trial(paths, Trial(release=RELEASE, was="0.1.0", phase=Phase.TRYING))
    refused = ask(paths, moment(), by=DEATHS)
    assert not refused.granted
    assert "on trial" in refused.reasons[0]
    assert ask(paths, moment(1), by="modem").granted, "a modem that hangs is no fault of the version"
    end_trial(paths)
    assert ask(paths, moment(2), by=DEATHS).granted


def test_a_version_that_cannot_be_left_holds_up_no_reboot(paths):
    """Its way back may fail for ever, an activation that cannot run: then starting anew is the last thing to try."""
    write_trial(paths, Trial(release=RELEASE, was="0.1.0", phase=Phase.LEAVING))
    assert ask(paths, moment(), by=DEATHS).granted


def test_a_release_that_waits_for_its_moment_holds_up_no_reboot(paths):
    write_trial(paths, Trial(release=RELEASE, was="0.1.0", phase=Phase.INSTALLED))
    assert ask(paths, moment()).granted


def test_without_a_clock_only_time_that_certainly_passed_gives_reboots_back(paths):
    unknown = ClockState.UNKNOWN
    made = Reboot(by="modem", reason="x", at=moment(boot="boot-1", state=unknown).stamp())
    assert of_today([made], moment(10 * 86400, boot="boot-2", mono=-10 * 86400 + 60, state=unknown)) == (made,)
    assert of_today([made], moment(10 * 86400, boot="boot-2", mono=-9 * 86400 + 60, state=unknown)) == ()


def test_a_grant_left_over_and_a_request_that_is_none_reboot_nothing(paths):
    paths.reboot_requests.mkdir(parents=True)
    paths.reboot_granted.parent.mkdir(parents=True)
    paths.reboot_granted.touch()
    (paths.reboot_requests / "evil.json").write_text('{"by": "../x"}', encoding="ascii")
    judge(paths, LIMITS, moment())
    assert not paths.reboot_granted.exists()
    assert list(paths.reboot_requests.iterdir()) == []


def test_a_damaged_account_is_begun_anew(paths):
    replace(paths.reboots, b"{")
    assert ask(paths, moment()).granted
