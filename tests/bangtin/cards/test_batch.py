"""Fifty prepared cards: each unlike the others, known to the registry, whole on disk, and enrolling a unit by what stands on it."""

import asyncio
import json
import re
import sqlite3
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result

from agent.claiming import Claiming
from agent.registry import RegistryLink
from bangtin.cards.words import BEEPS
from bangtin.main import main
from bundle.errors import Refused
from device.clock import ManualClock
from device.faults import Faults
from device.first_boot import Step
from device.journal import JournalWriter
from device.paths import Paths
from director.moment import Moment
from evidence.card import Card, CardFile, Way
from evidence.pin import proves
from evidence.proving import card_of
from evidence.records import ClockState
from evidence.signing import fingerprint, public_jwk
from provisioning.boot_file import BootFile, boot_file_of
from provisioning.card.enrolling import enrol_by_card, label_pin, label_wifi
from provisioning.card.taking import take_over
from registry.fleet.own_keys import own_keys

AREAS = Path(__file__).parents[3] / "content/areas/tinh-mau.csv"
URL = "https://bangtin.tinh-mau.example"
ROOT = json.dumps({"signed": {"_type": "root", "version": 1}})
WIRING = '# tủ loa kiểu B\n[[amplifier]]\nline = "horn-1"\npin = 17\nactive_high = true\n'


class Office:
    """The machine of a registry."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        (folder / "site").mkdir()
        (folder / "site/root.json").write_text(ROOT)
        assert self.run("registry", "area", "import", "--data", str(self.data), str(AREAS)).exit_code == 0

    def run(self, *command: str) -> Result:
        return CliRunner().invoke(main, command)

    def batch(self, out: str = "out", **changed: str) -> Result:
        asked = {"data": str(self.data), "site": str(self.folder / "site"), "url": URL, "area": "vn.20", "units": "3"}
        words = [word for name, value in {**asked, "out": str(self.folder / out), **changed}.items() for word in (f"--{name}", value)]
        return self.run("provision", "batch", *words)

    def folders(self, out: str = "out") -> list[Path]:
        return sorted(path for path in (self.folder / out).iterdir() if path.is_dir())

    def card(self, folder: Path) -> Card:
        file = CardFile.model_validate_json((folder / "card.json").read_bytes())
        return card_of(file.statement, dict(own_keys(self.data).public.signing))

    def known(self) -> set[str]:
        """The units whose cards the registry knows."""
        with sqlite3.connect(self.data / "registry.db") as database:
            found = {row[0] for row in database.execute("SELECT unit FROM card")}
        database.close()
        return found

    def passphrase(self, folder: Path) -> str:
        wifi = CardFile.model_validate_json((folder / "card.json").read_bytes()).hotspot
        assert wifi is not None
        return wifi.passphrase


def told(folder: Path) -> BootFile:
    raw = (folder / "bangtin.toml").read_bytes()
    assert b"\r\n" in raw
    return boot_file_of(raw.decode(), folder / "bangtin.toml")


def labels(office: Office) -> tuple[list[str], str]:
    """What zbar reads on the sheet, and its text."""
    document = pypdfium2.PdfDocument(office.folder / "out/labels.pdf")
    links: list[str] = []
    texts: list[str] = []
    for number in range(len(document)):
        page = document[number].render(scale=3.0).to_pil()
        wide, high = page.width // 2, page.height // 3
        # As a person does: one label at a time before the camera.
        for place in range(6):
            x, y = place % 2 * wide, place // 2 * high
            picture = office.folder / "label.png"
            page.crop((x, y, x + wide, y + high)).save(picture)
            command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)]
            links += subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
        texts.append(document[number].get_textpage().get_text_bounded())
    document.close()
    return links, "\n".join(texts)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_fifty_cards_are_fifty_and_every_label_can_be_read(office: Office) -> None:
    assert office.batch(units="50").exit_code == 0
    cards = [office.card(folder) for folder in office.folders()]
    assert len({card.unit for card in cards}) == len({card.card for card in cards}) == len({str(card.key) for card in cards}) == 50
    assert len({card.pin.salt for card in cards}) == 50
    links, text = labels(office)
    wifi = {folder.name: office.passphrase(folder) for folder in office.folders()}
    own = [f"WIFI:T:WPA;S:bangtin-{unit};P:{passphrase};;" for unit, passphrase in wifi.items()]
    assert sorted(links) == sorted([*(f"{URL}/units/{card.unit}" for card in cards), *own])
    compact = "".join(text.split())
    assert len(set(wifi.values())) == 50
    assert all(passphrase in compact for passphrase in wifi.values())
    assert compact.count("http://10.42.0.1:8480/") == 50
    assert all(card.unit in compact for card in cards)
    print_of_root = fingerprint(ROOT.encode())[:16]
    assert compact.count(print_of_root) == 50
    assert len(office.run("registry", "card", "list", "--data", str(office.data)).output.splitlines()) >= 50


def test_a_card_enrols_a_unit_and_its_label_opens_it(office: Office) -> None:
    (office.folder / "wiring.toml").write_text(WIRING, encoding="utf-8")
    made = office.batch(units="1", area="vn.20.06001.03", wiring=str(office.folder / "wiring.toml"), wifi="WIFI:T:WPA;S:Nhà;P:mua xuan;;")
    assert made.exit_code == 0, made.output
    (folder,) = office.folders()
    boot = told(folder)
    assert (boot.registry, boot.village, boot.root_fingerprint) == (URL, "vn.20.06001.03", fingerprint(ROOT.encode()))
    assert boot.wifi is not None
    assert boot.wifi.passphrase == "mua xuan"
    paths = Paths(office.folder / "unit")
    (paths.root / "boot").mkdir(parents=True)
    for file in folder.iterdir():
        (paths.boot / file.name).write_bytes(file.read_bytes())
    now = ManualClock(Moment(datetime.now(UTC), ClockState.TRUSTED, "b", 1.0)).now()
    assert take_over(paths, now)
    record = enrol_by_card(paths, boot.village, now)
    assert record is not None
    assert (record.unit, record.place_name, record.languages) == (folder.name, "Bản Khuổi Sao", ("vi", "hmn"))
    assert record.channels == ("vn", "vn.20", "vn.20.06001", "vn.20.06001.03")
    text = labels(office)[1]
    at = text.index("PIN")
    figures = "".join(sign for sign in text[at : at + 60] if sign.isdigit())[:8]
    known, wifi = label_pin(paths), label_wifi(paths)
    assert known is not None
    assert wifi is not None
    assert wifi.passphrase == office.passphrase(folder)
    assert proves(f"{figures[:4]} {figures[4:]}", known)
    assert not proves("0000 0000", known)


def test_the_registry_hears_of_it_on_a_stick_by_its_own_commands(office: Office) -> None:
    office.batch(units="2", area="vn.20.06001.03")
    folder, _ = office.folders()
    paths = Paths(office.folder / "unit")
    (paths.root / "boot").mkdir(parents=True)
    for file in folder.iterdir():
        (paths.boot / file.name).write_bytes(file.read_bytes())
    clock = ManualClock(Moment(datetime.now(UTC), ClockState.TRUSTED, "b", 1.0))
    take_over(paths, clock.now())
    record = enrol_by_card(paths, None, clock.now())
    assert record is not None
    stick = office.folder / "stick"
    (stick / "bangtin").mkdir(parents=True)
    faults = Faults(paths.journal("agent"), JournalWriter(paths.journal("agent")))
    link: RegistryLink = None  # type: ignore[assignment] # nobody is ever called
    heard: list[bool] = []
    claiming = Claiming(paths, record, paths.key.read_bytes(), link, clock, faults, lambda: heard.append(True))
    asyncio.run(claiming.by_stick(stick, read_only=False))
    told = office.run("registry", "import-stick", "--data", str(office.data), str(stick))
    assert f"{record.unit}: có trong sổ" in told.output
    assert "mới · new" not in told.output, "who is let in has sent no report by that"
    asyncio.run(claiming.by_stick(stick, read_only=False))
    assert heard == [True]
    listed = office.run("registry", "card", "list", "--data", str(office.data)).output
    assert "1 chưa dùng · prepared, 1 đã ghi danh · enrolled" in listed


def test_nothing_secret_is_anybody_elses_to_read(office: Office) -> None:
    office.batch()
    for path in (office.folder / "out").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_card_from_the_bench_carries_the_units_own_key(office: Office) -> None:
    command = ["--data", str(office.data), "--site", str(office.folder / "site"), "--url", URL, "--area", "vn.20.06001"]
    assert office.run("provision", "batch", *command, "--units", "1", "--out", str(office.folder / "out"), "--bench").exit_code == 0
    (folder,) = office.folders()
    file = CardFile.model_validate_json((folder / "card.json").read_bytes())
    assert office.card(folder).way is Way.BENCH
    assert public_jwk(file.key.encode()) == office.card(folder).key
    assert len(office.card(folder).villages) == 5
    assert told(folder).village is None, "the technician chooses among five"
    assert "# Bản Khuổi Sao, Xã An Phú" in (folder / "bangtin.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"area": "vn.99"}, "no village in: vn.99"),
        ({"area": "VN 20"}, "cannot be used: VN 20"),
        ({"url": "bangtin.example"}, "not a web address"),
        ({"prefix": "Bảng"}, "cannot be used"),
        ({"wifi": "abc"}, "not the QR code of a Wi-Fi"),
        ({"site": "/nonexistent"}, "not in the release tree"),
    ],
)
def test_what_cannot_be_made_is_told_and_nothing_is_made(office: Office, changed: dict[str, str], words: str) -> None:
    found = office.batch(**changed)
    assert found.exit_code == 2
    assert words in found.output
    assert not (office.folder / "out").exists()
    assert "0 thẻ" in office.run("registry", "card", "list", "--data", str(office.data)).output


class Cut(BaseException):
    """The power went."""


@pytest.mark.parametrize("step", ["folders", "labels", "sync", "known", "before", "handed"])
def test_after_a_cut_at_any_step_the_same_command_leaves_folders_and_registry_agreed(
    office: Office, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = {
        "folders": "bangtin.cards.batch.write_folder",
        "labels": "bangtin.cards.labels.sheet",
        "sync": "bangtin.cards.batch._sync",
        "known": "bangtin.cards.batch.note",
        "before": "bangtin.cards.run.hand_out",
        "handed": "pathlib.Path.rename",
    }

    def cut(*_: object, **__: object) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(at[step], cut)
        with pytest.raises(Cut):
            office.batch()
    assert not (office.folder / "out").exists()
    again = office.batch()
    assert again.exit_code == 0, again.output
    assert {office.card(folder).unit for folder in office.folders()} == office.known()
    assert len(office.folders()) == 3
    assert len(labels(office)[0]) == 6
    assert [path.name for path in office.folder.iterdir() if path.name.startswith(".")] == []


def test_an_interrupted_batch_is_told_as_such_whatever_the_repeated_command_asks_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr("bangtin.cards.run.hand_out", cut)
        with pytest.raises(Cut):
            office.batch(valid="1")
    again = office.batch(valid="400", units="7")
    assert again.exit_code == 0, again.output
    (until,) = {office.card(folder).until for folder in office.folders()}
    assert f"start before {until:%d/%m/%Y}" in again.output
    assert "lô bị ngắt lần trước, 3 thẻ" in again.output
    assert "for new cards repeat the command with another --out" in again.output
    new = office.batch("more", valid="400", units="7")
    assert "lô bị ngắt" not in new.output
    assert len(office.folders("more")) == 7


@pytest.mark.parametrize("out", ["notes.txt/cards", "notes.txt/deeper/cards"])
def test_a_place_where_no_folder_can_be_is_told_in_one_sentence(office: Office, out: str) -> None:
    (office.folder / "notes.txt").write_text("not a folder")
    found = office.batch(out)
    assert found.exit_code == 2, found.output
    assert f"{office.folder / 'notes.txt'}: không ghi được / cannot be written" in found.output
    assert office.known() == set()


def test_a_batch_whose_place_is_lost_at_the_last_moment_is_handed_out_when_repeated(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.rename", read_only)
        found = office.batch()
    assert found.exit_code == 2, found.output
    assert "cannot be written: Read-only file system" in found.output
    assert office.batch().exit_code == 0
    assert {office.card(folder).unit for folder in office.folders()} == office.known()


def test_a_folder_that_cannot_be_written_leaves_nothing_in_the_registry(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bangtin.cards.labels.sheet", full)
    assert "make room" in office.batch().output
    assert office.known() == set()


def test_a_lost_batch_is_revoked_at_once(office: Office) -> None:
    office.batch()
    listed = ("registry", "card", "list", "--data", str(office.data))
    name = next(word for word in office.run(*listed).output.split() if re.fullmatch(r"\d{8}-\d{6}", word))
    revoke = ("registry", "card", "revoke", "--data", str(office.data))
    assert office.run(*revoke, "--batch", name).exit_code == 0
    assert "3 đã thu hồi · revoked" in office.run(*listed).output
    assert "no unused card" in office.run(*revoke, "--batch", name).output
    assert "there is no card for this unit" in office.run(*revoke, "bt-khac").output
    assert office.run(*revoke).exit_code == 2


def test_a_folder_that_is_there_is_not_written_into(office: Office) -> None:
    office.batch()
    before = office.folders()
    assert "is there already" in office.batch().output
    assert office.folders() == before


def test_wiring_that_says_more_than_hardware_is_refused(office: Office) -> None:
    (office.folder / "wiring.toml").write_text(f'village = "vn"\n{WIRING}', encoding="utf-8")
    assert "hardware only, without: village" in office.batch(wiring=str(office.folder / "wiring.toml")).output
    (office.folder / "wiring.toml").write_text(WIRING.replace("17", "99"), encoding="utf-8")
    assert "amplifier.1.pin" in office.batch(wiring=str(office.folder / "wiring.toml")).output


def test_a_changed_card_is_no_card(office: Office) -> None:
    office.batch(units="1")
    (folder,) = office.folders()
    file = CardFile.model_validate_json((folder / "card.json").read_bytes())
    with pytest.raises(Refused):
        card_of(file.statement.replace("A", "B", 1))


def test_every_step_that_beeps_stands_on_the_label() -> None:
    assert [step.number for step in BEEPS] == [step.number for step in Step if step.number]
