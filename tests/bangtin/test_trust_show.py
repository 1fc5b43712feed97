"""``bangtin trust show``: an officer on the phone hears what the unit believes, from whom, until when, and what is wrong."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from click.testing import CliRunner

from bangtin.main import main
from bundle.policy import Kill, Lifting, StopList, Withdrawal
from bundle.trust import Role, Target
from device.clock import ManualClock, make_clock
from device.faults import Faults
from device.inputs import Latch
from device.journal import JournalWriter
from device.paths import Paths
from device.settings import Settings, load_settings
from device.shelf import Shelf
from device.status import write_status
from device.time_words import STATES
from device.unit import UnitRecord, site, write_unit
from evidence.records import FaultCode
from evidence.report import ProgramStatus, Said
from registry.trust.delegations import allow_one_person
from registry.trust.proposal import compact
from tests.simulators.content import CHANNEL, funeral, small_bundle
from tests.simulators.publisher import START, Publisher

PROVINCE = "vn.20"
WIRING = '[screen]\ndriver = "headless"\n[pins]\nfactory = "mock"\n[clock]\ndriver = "shifted"\n'


class Unit:
    """An enrolled unit at START and two hours, its shelf filled by hand, its programs' own marks made by their real shelves."""

    def __init__(self, folder):
        self.publisher = Publisher(folder / "publisher", [PROVINCE, CHANNEL])
        self.paths = Paths(folder / "unit")
        self.paths.unit_toml.parent.mkdir(parents=True)
        self.paths.unit_toml.write_text(WIRING)
        self.clock = ManualClock.at(START + timedelta(hours=2))
        self.set_clock(timedelta(hours=2))
        self.record = UnitRecord(
            unit="bt-mau-01",
            registry="https://so.example",
            content="https://noi-dung.example",
            place=f"{CHANNEL}.01",
            place_name="Thôn Bản Mẫu",
            channels=(PROVINCE, CHANNEL),
            languages=("vi",),
            enrolled_at=START,
            confirmed=START,
            root_fingerprint=sha256(self.publisher.root_bytes).hexdigest(),
        )
        write_unit(self.paths, self.record)
        self.paths.root_json.write_bytes(self.publisher.root_bytes)
        self.publisher.release_bundle(CHANNEL, small_bundle(START, pictures=()), at=START)
        self.put(Target.BUNDLE)

    def set_clock(self, after):
        self.paths.run.mkdir(parents=True, exist_ok=True)
        self.paths.clock_offset.write_text(str((START + after - datetime.now(UTC)).total_seconds()))

    def put(self, target, channel=CHANNEL):
        path = self.path(target, channel)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.publisher.pack(channel, target))

    def path(self, target, channel=CHANNEL):
        return self.paths.shelf / channel / f"{target}.pack"

    def stop(self, channel=CHANNEL, **what):
        self.publisher.release_stop(channel, StopList(format=1, channel=channel, **what), at=START + timedelta(hours=1))
        self.put(Target.STOP, channel)

    def work(self, *programs):
        """The programs look once, and keep their marks and copies."""
        for program in programs or ("display", "audio"):
            Shelf(self.paths, program, self.publisher.root_bytes).programme(site(self.record, Settings()), self.clock.now())

    def show(self):
        done = CliRunner().invoke(main, ["trust", "show", "--root", str(self.paths.root)])
        assert done.exit_code == 0, (done.output, done.exception)
        return done.output

    def files(self):
        return {path: path.read_bytes() for path in self.paths.root.rglob("*") if path.is_file()}


@pytest.fixture
def unit(tmp_path):
    return Unit(tmp_path)


def flat(text):
    """The words without the breaks of lines."""
    return " ".join(text.split())


def test_a_unit_whose_site_nobody_confirmed_says_so_here_and_when_it_explains_its_silence(unit):
    unit.work()
    write_unit(unit.paths, unit.record.model_copy(update={"confirmed": None}))
    assert "a technician must confirm the site there" in flat(unit.show())
    told = CliRunner().invoke(main, ["explain", "--root", str(unit.paths.root)]).output
    assert "The loudspeaker is silent because no technician has confirmed the site" in told


def test_who_signed_what_and_until_when(unit):
    unit.work()
    told = flat(unit.show())
    assert "Nội dung: bản 1, phát hành 08:00 03/05/2027; soạn: Lò Thị Mây (vn.20.06001); duyệt: Hoàng Văn Suối (vn.20.06001)." in told
    assert "Content: version 1, issued 08:00 03/05/2027" in told
    assert "Còn mới đến 08:00 10/05/2027." in told
    assert "Nội dung có giá trị đến 08:00 02/06/2027." in told
    assert "Chưa có: danh sách dừng, cảnh báo, cảnh báo tự động, lệnh vận hành, quy tắc phát, nội dung." in told, "of the province"
    digits = sha256(unit.publisher.root_bytes).hexdigest()[:8]
    assert f"{digits[:4]} {digits[4:]}" in told
    assert "KHÔNG KHỚP" not in told
    assert "ĐANG DỪNG" not in told


def test_it_fits_a_terminal_and_changes_nothing(unit):
    unit.stop(withdrawn=(Withdrawal(item="tiem-chung", version=1, reason="sai giờ tiêm, sai cả ngày, và sai cả nơi tiêm"),))
    unit.work("display")
    unit.path(Target.STOP).write_bytes(b"{}")
    before = unit.files()
    lines = unit.show().splitlines()
    assert max(map(len, lines)) <= 80
    assert unit.files() == before, "whoever looks writes nothing: no mark, no copy, no date of the clock"


def test_one_person_alone_is_told_with_the_recorded_reason(unit):
    publisher = unit.publisher
    publisher.sign_targets(CHANNEL, lambda targets: allow_one_person(targets, Role.CONTENT, "xã chỉ còn một cán bộ", None))
    content = compact(small_bundle(START, pictures=()).model_copy(update={"version": 2}))
    publisher.force(publisher.signed(CHANNEL, Target.BUNDLE, content, f"{CHANNEL}-author"))
    unit.put(Target.BUNDLE)
    unit.work()
    told = flat(unit.show())
    assert "một người ký: Lò Thị Mây (vn.20.06001)." in told
    assert "Chỉ một người ký, lý do ghi lại: xã chỉ còn một cán bộ. One person alone; the recorded reason: xã chỉ còn một cán bộ." in told


def test_what_is_stale_says_since_when_and_what_an_unknown_clock_cannot_say(unit):
    unit.work()
    unit.set_clock(timedelta(days=8))
    told = flat(unit.show())
    assert told.startswith(f"ĐÃ CŨ: {CHANNEL}.")
    assert "ĐÃ CŨ từ 08:00 10/05/2027: chưa nhận được bản ký mới hơn, vẫn dùng bản này." in told


def test_kills_withdrawals_and_the_switch_are_in_force_or_not(unit):
    unit.stop(withdrawn=(Withdrawal(item="tiem-chung", version=1, reason="sai giờ"), Withdrawal(item="cu", version=1, reason="cũ")))
    unit.stop(PROVINCE, kills=(Kill(since=START, reason="bị chiếm quyền"),))
    told = flat(unit.show())
    assert told.startswith("ĐANG DỪNG")
    assert f"Lệnh dừng của {PROVINCE} từ 08:00 03/05/2027: bị chiếm quyền. Chỉ {PROVINCE} hoặc cấp trên gỡ được." in told
    assert "Đã rút tin tiem-chung (đến bản 1): sai giờ. Withdrawn" in told
    assert "Đã rút tin cu (đến bản 1): cũ. Bản hiện nay không còn bị rút." in told
    unit.stop(PROVINCE, lifted=(Lifting(channel=PROVINCE, since=START),))
    latch = Latch(count=1, stopped=True, at=unit.clock.now().stamp())
    unit.paths.stop_latch.parent.mkdir()
    unit.paths.stop_latch.write_bytes(latch.model_dump_json().encode())
    told = flat(unit.show())
    assert "Lệnh dừng của" not in told.partition("4. Kênh")[0]
    assert "Đang dừng bằng công tắc tại chỗ" in told
    assert f"Đã gỡ lệnh dừng của {PROVINCE}." in told


def test_programs_that_hold_different_versions_are_told_apart(unit):
    older = unit.path(Target.BUNDLE).read_bytes()
    bundle = small_bundle(START, pictures=()).model_copy(update={"version": 2})
    unit.publisher.release_bundle(CHANNEL, bundle, at=START + timedelta(hours=1))
    unit.put(Target.BUNDLE)
    unit.work("display")
    unit.path(Target.BUNDLE).write_bytes(older)
    told = flat(unit.show())
    assert "Nội dung: các chương trình KHÁC NHAU." in told
    assert "[display] Nội dung: bản 2" in told
    assert "[audio] Nội dung: bản 1" in told
    assert "older than what was accepted before" in told, "and the display refuses what stands on the shelf"


def test_a_missing_file_on_the_shelf_is_told_from_the_programs_own_copies(unit):
    unit.work()
    unit.path(Target.BUNDLE).unlink()
    told = flat(unit.show())
    assert "Nội dung: bản 1" in told
    assert "Kệ mất tệp này; đang dùng bản lưu riêng." in told


DAMAGES = {
    "a torn pack": lambda unit: unit.path(Target.BUNDLE).write_bytes(unit.path(Target.BUNDLE).read_bytes()[:900]),
    "a pack that is a folder": lambda unit: (unit.path(Target.STOP).mkdir(), None),
    "damaged marks": lambda unit: (unit.work(), unit.paths.marks("audio").write_bytes(b"{torn")),
    "no enrolment that can be read": lambda unit: unit.paths.unit_json.write_bytes(b"{torn"),
    "no root": lambda unit: unit.paths.root_json.unlink(),
    "a root that is none": lambda unit: unit.paths.root_json.write_bytes(b"{}"),
    "wrong wiring": lambda unit: unit.paths.unit_toml.write_text("[scren]\n"),
    "no wiring": lambda unit: unit.paths.unit_toml.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_is_a_sentence_and_the_rest_is_still_told(unit, damage):
    DAMAGES[damage](unit)
    told = flat(unit.show())
    section = told.partition("Từ chối, hư hỏng hiện nay")[2].partition("Lần từ chối gần nhất")[0]
    assert "Không có." not in section
    assert len(section) > 60
    assert "Đồng hồ" in told


def test_an_unknown_enrolment_still_tells_what_stands_on_the_shelf(unit):
    unit.paths.unit_json.write_bytes(b"{torn")
    told = flat(unit.show())
    assert "Nội dung: bản 1" in told


def test_a_root_that_is_not_that_of_the_enrolment_is_cried_out(unit):
    write_unit(unit.paths, unit.record.model_copy(update={"root_fingerprint": "0" * 64}))
    assert "KHÔNG KHỚP" in unit.show()


def test_the_last_refusal_comes_from_each_programs_journal(unit):
    writer = JournalWriter(unit.paths.journal("agent"), True)
    faults = Faults(unit.paths.journal("agent"), writer)
    moment = unit.clock.now()
    faults.raised(moment, FaultCode.UNREACHABLE, "mất mạng")
    faults.raised(moment, FaultCode.CONTENT_REFUSED, f"{CHANNEL}/bundle.json: chữ ký không hợp lệ (not verified)")
    faults.cleared(moment, FaultCode.CONTENT_REFUSED)
    writer.close()
    told = flat(unit.show()).partition("Lần từ chối gần nhất")[2]
    assert f"agent, 10:00 03/05/2027 (đã hết): {CHANNEL}/bundle.json: chữ ký không hợp lệ" in told
    assert "mất mạng" not in told


def test_explain_says_what_holds_the_unit_still_and_believes_as_the_programs_do(unit):
    unit.stop(PROVINCE, kills=(Kill(since=START, reason="bị chiếm quyền"),))
    unit.work()
    unit.path(Target.STOP, PROVINCE).unlink()
    done = CliRunner().invoke(main, ["explain", "--root", str(unit.paths.root)])
    assert done.exit_code == 0, done.output
    assert f"Lệnh dừng của {PROVINCE}" in done.output, "the programs still hold it: their own copies count, not the shelf alone"
    assert "thiết bị bị lệnh dừng" in done.output
    state = STATES[make_clock(load_settings(unit.paths.unit_toml), unit.paths).now().state]
    assert f"đồng hồ: {state[0]} · clock: {state[1]}\n" in done.output


def test_the_roads_are_named_and_what_came_of_the_last_stick(unit):
    at = make_clock(load_settings(unit.paths.unit_toml), unit.paths).now().stamp()
    said = Said(text="Đã nhận tin mới từ USB.", at=at)
    write_status(unit.paths, ProgramStatus(program="agent", at=at, ready=True, versions={}, said=said))
    told = flat(unit.show()).partition("Đường đến")[2]
    assert "Mạng: https://noi-dung.example." in told
    assert "Đã nhận tin mới từ USB." in told
    old = said.model_copy(update={"at": at.model_copy(update={"boot": "earlier"})})
    write_status(unit.paths, ProgramStatus(program="agent", at=at, ready=True, versions={}, said=old))
    assert "Đã nhận tin mới từ USB." not in flat(unit.show())


def test_explain_says_what_one_person_ordered_who_and_until_when(unit):
    unit.publisher.release_orders(CHANNEL, funeral(START + timedelta(hours=1)), at=START + timedelta(hours=1))
    unit.put(Target.OPS)
    done = CliRunner().invoke(main, ["explain", "--root", str(unit.paths.root)])
    assert done.exit_code == 0, done.output
    told = flat(done.output)
    assert "Loa im vì đang im tiếng theo lệnh" in told
    assert f"Lệnh vận hành của {CHANNEL}: im tiếng, trừ tin khẩn cấp, Quàng Văn Dây ra, đến 11:00 03/05/2027: tang lễ cụ Hoa." in told


@pytest.mark.parametrize(("ago", "told"), [(1.0, True), (60.0, False)])
def test_explain_believes_the_loudspeaker_as_the_board_does(unit, ago, told):
    at = make_clock(load_settings(unit.paths.unit_toml), unit.paths).now().stamp()
    at = at.model_copy(update={"mono": at.mono - ago})
    write_status(unit.paths, ProgramStatus(program="audio", at=at, ready=True, versions={}, unreceived=True))
    done = CliRunner().invoke(main, ["explain", "--root", str(unit.paths.root)])
    assert ("không thu được chương trình đài cấp trên" in flat(done.output)) is told


def test_explain_on_a_unit_whose_root_is_gone_says_how_to_get_it(unit):
    unit.paths.root_json.unlink()
    done = CliRunner().invoke(main, ["explain", "--root", str(unit.paths.root)])
    assert (done.exit_code, "bangtin provision enrol" in done.output) == (2, True), done.exception
