"""The program as a process sees it: from the built-in page to content, with its status, until it is told to stop."""

import gc
import os
import signal
import threading

from click.testing import CliRunner
from PIL import Image

from bangtin.main import main
from device.clock import make_clock
from device.durable import replace
from device.inputs import SILENCED, Latch
from device.journal import read
from device.paths import Paths
from device.settings import load_settings
from device.status import BELIEVED, read_status, write_status
from device.unit import UnitRecord, write_unit
from director.moment import Moment
from display.main import run
from display.showing.headless import HeadlessScreen
from display.showing.screen import Pumped
from display.status import Listener
from evidence.records import ClockState, Fault, FaultCode, Outcome, Shown
from evidence.report import ProgramStatus, Sounding
from tests.audio.conftest import until
from tests.simulators.content import CHANNEL
from tests.simulators.publisher import START


def enrol(paths):
    record = UnitRecord(
        unit="bang-1",
        registry="http://registry.example",
        content="http://registry.example/content/",
        place=f"{CHANNEL}.01",
        place_name="Bản Mẫu",
        channels=(CHANNEL,),
        languages=("vi",),
        enrolled_at=START,
        confirmed=START,
        root_fingerprint="0" * 64,
    )
    write_unit(paths, record)


def running(paths, watch):
    """Run the program here while *watch* looks on from a thread, then tell it to stop; returns what both came to."""
    found = []

    def look():
        try:
            found.append(watch())
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=look)
    thread.start()
    code = run(paths)
    thread.join()
    return code, found


def showing(paths, name):
    status = read_status(paths, "display")
    return status if status and status.ready and status.showing and name in status.showing else None


def test_an_enrolled_board_shows_its_notice_proves_it_and_ends_cleanly(unit):
    enrol(unit)

    def shown_whole():
        return [line for line in read(unit.journal("display")) if isinstance(line, Shown) and line.outcome is Outcome.COMPLETE]

    code, found = running(unit, lambda: (until(lambda: showing(unit, "notice"), "the notice"), until(shown_whole, "a receipt")))
    assert code == 0
    assert gc.isenabled(), "only while it loads nobody looks for garbage"
    assert len(found) == 1, "the notice never came"
    status, receipts = found[0]
    assert status.versions == {f"{CHANNEL}/bundle.json": 1}
    assert set(status.simulated) == {"headless screen", "clock: shifted"}
    assert receipts[0].item == "tiem-chung"
    assert receipts[0].simulated
    assert [line.outcome for line in read(unit.journal("display")) if isinstance(line, Shown)][-1] is Outcome.INTERRUPTED


def test_power_comes_back_on_a_unit_that_was_stopped_on_site_and_its_notice_waits_for_the_reset(unit):
    enrol(unit)
    at = make_clock(load_settings(unit.unit_toml), unit).now().stamp().model_copy(update={"boot": "before the power cut"})

    def latch(stopped):
        replace(unit.stop_latch, Latch(count=1, stopped=stopped, at=at).model_dump_json().encode())

    def until_let_go():
        stopped = until(lambda: (s := read_status(unit, "display")) and SILENCED in s.reasons and s, "the reason")
        shown = [line for line in read(unit.journal("display")) if isinstance(line, Shown) and line.item == "tiem-chung"]
        latch(stopped=False)
        return stopped, shown, until(lambda: showing(unit, "notice"), "the notice")

    latch(stopped=True)
    code, found = running(unit, until_let_go)
    assert code == 0
    stopped, shown, after = found[0]
    assert (stopped.ready, stopped.showing, shown) == (True, "builtin", [])
    assert after.reasons == ()


def test_a_board_that_is_enrolled_while_it_waits_goes_on_by_itself(unit):
    def enrolled_later():
        status = until(lambda: read_status(unit, "display"), "the status")
        until(gc.isenabled, "looking for garbage: it may wait for years")
        enrol(unit)
        return status, until(lambda: showing(unit, "notice"), "the notice")

    code, found = running(unit, enrolled_later)
    assert code == 0
    assert not found[0][0].ready
    assert "ghi danh" in found[0][0].reasons[0]


def test_a_missing_screen_is_told_and_tried_again_until_one_is_there(unit, monkeypatch):
    """Anthias #3263, and every TV that is switched on after the board: a screen that comes back is used without a restart."""
    enrol(unit)
    unit.unit_toml.write_text(unit.unit_toml.read_text().replace('"headless"', '"sdl"'))
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    monkeypatch.setenv("DISPLAY", ":987")

    def plugged_in():
        status = until(lambda: read_status(unit, "display"), "the status")
        unit.unit_toml.write_text(unit.unit_toml.read_text().replace('"sdl"', '"headless"'))
        return status, until(lambda: showing(unit, "notice"), "the notice")

    code, found = running(unit, plugged_in)
    assert code == 0
    assert not found[0][0].ready
    assert "màn hình không dùng được" in found[0][0].reasons[0]


def test_closing_the_window_ends_the_program(unit, monkeypatch):
    enrol(unit)
    monkeypatch.setattr(HeadlessScreen, "pump", lambda self: Pumped.CLOSED)
    assert run(unit) == 0


MOMENT = Moment(START, ClockState.TRUSTED, "boot-1", 100.0)


def test_the_loudspeaker_is_believed_only_for_a_few_seconds(tmp_path):
    paths = Paths(tmp_path)
    listener = Listener(paths)
    assert listener.hears(MOMENT) is None
    sounding = Sounding(occurrence="x", item="loi-chao", channel=CHANNEL, language="vi", since=MOMENT.stamp())
    write_status(paths, ProgramStatus(program="audio", at=MOMENT.stamp(), ready=True, sounding=sounding, versions={}))
    assert listener.hears(MOMENT.later(1)) == sounding
    assert listener.hears(MOMENT.later(BELIEVED + 1)) is None, "a loudspeaker that fell silent says nothing any more"


def plug(paths, status):
    """What the kernel would say of the one HDMI socket of this unit."""
    socket = paths.connectors / "card0-HDMI-A-1"
    socket.mkdir(parents=True, exist_ok=True)
    (socket / "status").write_text(status)


def test_a_screen_that_is_switched_off_and_on_is_told_counted_and_shown_again_by_the_same_program(unit):
    enrol(unit)
    plug(unit, "connected")

    def journal(kind):
        return [line for line in read(unit.journal("display")) if isinstance(line, kind)]

    def lost():
        return [fault.active for fault in journal(Fault) if fault.code is FaultCode.SCREEN_LOST]

    def off_and_on():
        until(lambda: showing(unit, "notice"), "the notice")
        plug(unit, "disconnected")
        off = until(lambda: (s := read_status(unit, "display")) and not s.ready and s, "the status without a screen")
        until(lambda: lost() == [True], "the fault")
        at_loss = journal(Shown)
        plug(unit, "connected")
        return off, at_loss, until(lambda: showing(unit, "notice"), "the notice again")

    code, found = running(unit, off_and_on)
    assert code == 0
    off, at_loss, again = found[0]
    assert (off.showing, off.emergency) == (None, False)
    assert "không có màn hình nào được cắm" in off.reasons[0]
    assert at_loss[-1].outcome in (Outcome.INTERRUPTED, Outcome.COMPLETE), "what was on when the screen went is not open any more"
    assert (again.ready, again.reasons) == (True, ())
    assert lost() == [True, False]


def test_a_picture_of_the_board_comes_on_request_and_says_what_it_proves(unit, tmp_path):
    enrol(unit)
    out = tmp_path / "board.webp"

    def asked():
        return CliRunner().invoke(main, ["display", "screenshot", "--root", str(unit.root), "--out", str(out)])

    def shot():
        status = until(lambda: showing(unit, "notice"), "the notice")
        first, again = asked(), asked()
        plug(unit, "disconnected")
        until(lambda: (s := read_status(unit, "display")) and not s.ready, "the loss of the screen")
        return status, first, again, asked()

    code, found = running(unit, shot)
    assert code == 0
    _, first, again, without = found[0]
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert "notice-tiem-chung" in first.output
    assert "mô phỏng / simulated: headless screen" in first.output
    assert "không đọc lại được từ phần cứng" in first.output
    assert 1000 < out.stat().st_size <= 20 * 1024
    with Image.open(out) as picture:
        assert picture.size == (640, 360)
        assert len(picture.convert("RGB").getcolors(1 << 20)) > 20
    assert without.exit_code == 1
    assert "không có màn hình nào được cắm" in without.output


def test_nobody_answers_for_a_program_that_does_not_run(unit, tmp_path, monkeypatch):
    monkeypatch.setattr("device.screenshot.PATIENCE", 0.2)
    done = CliRunner().invoke(main, ["display", "screenshot", "--root", str(unit.root), "--out", str(tmp_path / "x.webp")])
    assert done.exit_code != 0
    assert "không trả lời" in done.output
    assert not (tmp_path / "x.webp").exists()
