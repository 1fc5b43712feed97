"""bangtin.toml as people write it on any PC: everything wrong in it is told at once, and no passphrase is told to anybody."""

import contextlib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from device.paths import Paths
from device.settings import PinFactory
from provisioning.boot_file import MOST, BootFile, boot_file_of, read_boot_file
from provisioning.wifi import Wifi, wifi_of

GOOD = """# thẻ của thôn · the village's card
registry = "https://bangtin.tinh.example"
root_fingerprint = "0123 4567 89AB CDEF 0123 4567 89ab cdef"
village = "vn.20.06001.03"
wifi = "WIFI:T:WPA;S:Nhà văn hoá;P:mua\\\\;xuan-2026;;"

[sound]
latency_ms = 40

[[amplifier]]
line = "horn-1"
pin = 17
active_high = true
"""


def told(raw: bytes, tmp_path: Path) -> list[str]:
    (tmp_path / "boot/firmware").mkdir(parents=True, exist_ok=True)
    paths = Paths(tmp_path)
    paths.boot_toml.write_bytes(raw)
    with pytest.raises(Refused) as caught:
        read_boot_file(paths)
    return [str(complaint) for complaint in caught.value.complaints]


def read(raw: bytes, tmp_path: Path) -> BootFile:
    (tmp_path / "boot/firmware").mkdir(parents=True, exist_ok=True)
    paths = Paths(tmp_path)
    paths.boot_toml.write_bytes(raw)
    found = read_boot_file(paths)
    assert found is not None
    return found


def test_what_is_written_is_taken(tmp_path: Path) -> None:
    found = read(GOOD.encode(), tmp_path)
    assert found.registry == "https://bangtin.tinh.example"
    assert found.root_fingerprint == "0123456789abcdef" * 2
    assert found.wifi == Wifi(ssid="Nhà văn hoá", passphrase="mua;xuan-2026")
    assert found.amplifier[0].pin == 17
    assert {"sound", "amplifier"} <= found.model_fields_set
    assert "screen" not in found.model_fields_set


def test_no_file_is_nothing_wrong(tmp_path: Path) -> None:
    assert read_boot_file(Paths(tmp_path)) is None


def test_the_partition_is_found_where_each_system_mounts_it(tmp_path: Path) -> None:
    assert Paths(tmp_path).boot_toml == tmp_path / "boot/bangtin.toml"
    (tmp_path / "boot/firmware").mkdir(parents=True)
    assert Paths(tmp_path).boot_toml == tmp_path / "boot/firmware/bangtin.toml"


def test_a_windows_editors_mark_and_line_ends_are_no_fault(tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert read(raw, tmp_path) == read(GOOD.encode(), tmp_path)


def test_everything_wrong_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = (
        "registry = “https://bangtin.tinh.example”\n"
        'vilage = "vn.20"\n'
        'root_fingerprint = "12"\n'
        'wifi = { ssid = "thôn", passphrase = "ngắn" }\n'
        "[pins]\n"
        'factory = "lgpoi"\n'
        "[[amplifier]]\n"
        "line = ‘horn-1’\n"
        "pin = 17\n"
        "active_high = True\n"
    )
    found = told(text.encode(), tmp_path)
    assert len(found) == 7
    everything = "\n".join(found)
    for words in (
        'line 1: dấu ngoặc cong “ của trình soạn văn bản / a curly quote “ of a word processor → gõ lại bằng " / type " instead',
        "did you mean 'village'",
        "root_fingerprint",
        "8 to 63 signs",
        "did you mean 'lgpio'",
        "line 8: dấu ngoặc cong ‘",
        "line 10",
    ):
        assert words in everything


def test_curly_signs_in_a_name_are_part_of_the_name(tmp_path: Path) -> None:
    assert read('wifi = { ssid = "Linh’s phone “2”" }\n'.encode(), tmp_path).wifi == Wifi(ssid="Linh’s phone “2”")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (GOOD.encode("utf-16"), "UTF-16"),
        (b'village = "vn"\n# th\xf4n\n', "bangtin.toml: line 2: không phải chữ UTF-8"),
        (b"#" * (MOST + 1), "longer than"),
        (b'registry = "http://bangtin.tinh.example"\n', "plain_http = true"),
        ('village\u00a0= "vn"\n'.encode(), "U+00A0"),
        (b"[[amplifier]\n", "line 1: không đọc được TOML"),
        (b'village = """\n', "không đọc được TOML"),
    ],
)
def test_each_editors_mistake_is_told_clearly(raw: bytes, words: str, tmp_path: Path) -> None:
    assert words in "\n".join(told(raw, tmp_path))


def test_http_is_taken_inside_a_closed_network(tmp_path: Path) -> None:
    assert read(b'registry = "http://192.168.7.1:8080"\nplain_http = true\n', tmp_path).plain_http
    assert read(b'registry = "http://127.0.0.1:8080"\n', tmp_path).registry


@pytest.mark.parametrize(
    "line",
    [
        'wifi = { ssid = "s", passphrase = "bí mật-của-thôn" }',
        'wifi = { ssid = "s", passphrase = "bi-mat-cua-thon", hiden = true }',
        'wifi = { ssid = "s", passphrase = ["bi-mat-cua-thon"] }',
        'wifi = "WIFI:T:WEP;S:s;P:bi-mat-cua-thon;;"',
        'wifi = "wlan s bi-mat-cua-thon"',
        "wifi = “WIFI:T:WPA;S:s;P:bi-mat-cua-thon;;”",
        '[wifi]\npassphrase = "bi-mat-cua-thon"',
    ],
)
def test_no_complaint_tells_a_passphrase(line: str, tmp_path: Path) -> None:
    assert "cua-thon" not in "\n".join(told(line.encode(), tmp_path))


def test_no_complaint_tells_a_password_in_an_address(tmp_path: Path) -> None:
    (complaint,) = told(b'registry = "https://tho:mua-xuan@so.vn/#x"\n', tmp_path)
    assert "mua-xuan" not in complaint
    assert "so.vn" in complaint


@given(
    st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=8),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=8, max_size=63),
)
def test_any_name_and_passphrase_survive_the_text_of_a_qr_code(ssid: str, passphrase: str) -> None:
    ssid = unicodedata.normalize("NFC", ssid)
    escaped = ["".join(f"\\{sign}" if sign in '\\;,:"' else sign for sign in word) for word in (ssid, passphrase)]
    assert wifi_of(f"WIFI:S:{escaped[0]};T:WPA;P:{escaped[1]};H:true;;") == Wifi(ssid=ssid, passphrase=passphrase, hidden=True)


@given(st.text(max_size=200))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Refused):
        boot_file_of(text, Path("bangtin.toml"))


def test_simulated_pins_stay_a_choice_of_the_file(tmp_path: Path) -> None:
    assert read(b'[pins]\nfactory = "mock"\n', tmp_path).pins.factory is PinFactory.MOCK
