"""What the boot partition says is taken over at each start, whole or not at all, and its secrets do not stay on it."""

import json
import os
import stat
import tomllib
from errno import EROFS
from pathlib import Path
from pwd import getpwuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bundle.errors import Refused
from device.settings import load_settings
from evidence.signing import new_key
from provisioning.card import network, taking
from provisioning.card.network import TAKEN, without
from provisioning.card.taking import read_taken, take_over
from provisioning.card.wiping import wipe
from tests.provisioning.card.conftest import NOW, Cut, Field, Power

WIRED = """# máy của thôn · this unit
[sound]
latency_ms = 40 # đo ngày 3/11

[[amplifier]]
line = "horn-1"
pin = 17
active_high = true
"""
TOLD = """# thẻ của thôn
registry = "https://bangtin.tinh.example"
wifi = { ssid = "Nhà văn hoá", passphrase = "mua xuan\\\\2026" } # hỏi cô Lan

[[amplifier]]
line = "horn-2" # phía chợ
pin = 27
active_high = false
"""


def complaints(unit: Field) -> list[str]:
    with pytest.raises(Refused) as caught:
        take_over(unit.paths, NOW)
    return [str(complaint) for complaint in caught.value.complaints]


def test_tables_replace_those_of_the_unit_and_nothing_else(unit: Field) -> None:
    unit.paths.unit_toml.parent.mkdir(parents=True)
    unit.paths.unit_toml.write_text(WIRED, encoding="utf-8")
    unit.put_toml(TOLD)
    assert take_over(unit.paths, NOW)
    found = load_settings(unit.paths.unit_toml)
    assert [(amplifier.line, amplifier.pin) for amplifier in found.amplifier] == [("horn-2", 27)]
    assert found.sound.latency_ms == 40
    text = unit.paths.unit_toml.read_text(encoding="utf-8")
    assert "# đo ngày 3/11" in text
    assert "# phía chợ" in text
    assert not take_over(unit.paths, NOW), "the same again changes nothing"


def test_a_table_that_does_not_fit_the_others_leaves_the_old_in_force(unit: Field) -> None:
    unit.paths.unit_toml.parent.mkdir(parents=True)
    unit.paths.unit_toml.write_text(WIRED, encoding="utf-8")
    unit.put_toml("[inputs.kill]\npin = 17\nactive_high = false\nbreaks_supply = true\n")
    found = complaints(unit)
    assert "used twice: pin 17" in found[0]
    assert "bangtin.toml" in found[0]
    assert unit.paths.unit_toml.read_text(encoding="utf-8") == WIRED


def test_wiring_that_no_program_could_read_is_replaced(unit: Field) -> None:
    unit.paths.unit_toml.parent.mkdir(parents=True)
    unit.paths.unit_toml.write_bytes(b"[screen\xff")
    unit.put_toml(TOLD)
    assert take_over(unit.paths, NOW)
    assert load_settings(unit.paths.unit_toml).amplifier[0].pin == 27


def test_the_passphrase_goes_to_the_network_manager_and_leaves_the_card(unit: Field) -> None:
    unit.put_toml(TOLD.replace("\n", "\r\n"))
    take_over(unit.paths, NOW)
    kept = unit.paths.network_profile.read_text()
    assert f"ssid={''.join(f'{byte};' for byte in 'Nhà văn hoá'.encode())}" in kept
    assert "psk=mua\\sxuan\\\\2026" in kept
    assert unit.paths.network_profile.stat().st_mode & 0o777 == 0o600
    left = unit.paths.boot_toml.read_text(encoding="utf-8")
    assert "mua" not in left
    assert left.startswith(TAKEN)
    assert "# phía chợ" in left
    take_over(unit.paths, NOW)
    assert unit.paths.boot_toml.read_text(encoding="utf-8") == left, "there is nothing more to take over"


@pytest.mark.parametrize(
    "text",
    [
        'wifi = "WIFI:T:WPA;S:s;P:bi-mat-cua-thon;;"\n[screen]\nwidth = 1920\nheight = 1080\n',
        'village = "vn"\n[wifi]\nssid = "s"\npassphrase = "bi-mat-cua-thon"\n[sound]\n',
        'wifi.ssid = "s"\nwifi.passphrase = "bi-mat-cua-thon"\nvillage = "vn"\n',
        '[wifi]\nssid = "s"\n\n# mật khẩu\npassphrase = "bi-mat-cua-thon"\n',
    ],
)
def test_however_it_was_written_it_leaves_and_the_rest_stays(text: str) -> None:
    after = without(text)
    assert "cua-thon" not in after
    assert tomllib.loads(after) == {name: value for name, value in tomllib.loads(text).items() if name != "wifi"}
    assert without(after) == after


def test_every_fault_of_file_and_card_is_told_at_once(unit: Field) -> None:
    unit.put_toml('vilage = "vn"\n[[amplifier]]\nline = "horn-1"\npin = 99\n')
    unit.paths.card_json.write_text("{}")
    found = "\n".join(complaints(unit))
    for words in ("did you mean 'village'", "amplifier.1.pin", "amplifier.1.active_high", "card.json"):
        assert words in found
    assert unit.paths.card_json.exists()


def test_a_cards_secret_leaves_the_boot_partition(unit: Field) -> None:
    unit.put()
    take_over(unit.paths, NOW)
    taken = read_taken(unit.paths)
    assert taken is not None
    assert (taken.key.encode(), taken.serial, taken.first_boot) == (unit.key, "10000000abcd", NOW.stamp())
    assert unit.paths.card_taken.stat().st_mode & 0o777 == 0o600
    assert list(unit.paths.boot.iterdir()) == []


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('registry = "https://so.tinh-khac.example"\n', "not https://so.tinh-khac.example"),
        (f'root_fingerprint = "{"ab" * 16}"\n', "not that of bangtin.toml"),
    ],
)
def test_a_card_of_another_registry_than_the_file_says_stays_where_it_is(unit: Field, toml: str, words: str) -> None:
    unit.put_toml(toml)
    unit.put()
    assert words in complaints(unit)[0]
    assert unit.paths.card_json.exists()
    assert read_taken(unit.paths) is None


def test_a_forged_card_is_refused(unit: Field) -> None:
    card = unit.maker.card(unit.key)
    file = unit.maker.file(card, unit.key)
    head, _, tail = file.statement.rpartition(".")
    other = "B" if tail[0] == "A" else "A"
    unit.put_file(file.model_copy(update={"statement": f"{head}.{other}{tail[1:]}"}))
    assert "not signed by this registry" in complaints(unit)[0]


@pytest.mark.parametrize("key", [new_key().decode(), "không phải khoá", ""])
def test_a_card_with_another_key_is_refused_before_anybody_waits_for_the_registry(unit: Field, key: str) -> None:
    file = unit.maker.file(unit.maker.card(unit.key), unit.key)
    unit.put_file(file.model_copy(update={"key": key}))
    complaints(unit)
    assert read_taken(unit.paths) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=300), st.builds(lambda a, b: json.dumps({"format": 1, "statement": a, "key": b}).encode(), st.text(), st.text())
    )
)
def test_whatever_lies_there_is_refused_in_words(unit: Field, raw: bytes) -> None:
    unit.paths.card_json.write_bytes(raw)
    assert complaints(unit)
    assert unit.paths.card_json.exists()


def test_what_is_wiped_is_overwritten_where_it_lay(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"bi-mat-cua-thon" * 400)
    witness = tmp_path / "the blocks themselves"
    witness.hardlink_to(path)
    wipe(path, b"new")
    assert path.read_bytes() == b"new"
    assert witness.read_bytes() == bytes(15 * 400)
    wipe(path)
    assert not path.exists()


def test_a_boot_partition_that_takes_no_writes_keeps_nobody_from_enrolling(unit: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    unit.put_toml(TOLD)
    card = unit.put()

    def locked(path: Path, instead: bytes | None = None) -> None:
        raise OSError(EROFS, os.strerror(EROFS), str(path))

    for module in (network, taking):
        monkeypatch.setattr(module, "wipe", locked)
    with pytest.raises(OSError, match=os.strerror(EROFS)):
        take_over(unit.paths, NOW)
    assert unit.paths.network_profile.exists()
    assert load_settings(unit.paths.unit_toml).amplifier[0].pin == 27
    taken = read_taken(unit.paths)
    assert taken is not None
    assert taken.statement == unit.maker.file(card, unit.key).statement


def test_the_power_may_end_at_any_step(unit: Field, power: Power) -> None:
    unit.paths.unit_toml.parent.mkdir(parents=True)
    done, ends = False, 0
    while not done:
        ends += 1
        unit.paths.unit_toml.write_text(WIRED, encoding="utf-8")
        unit.paths.network_profile.unlink(missing_ok=True)
        unit.paths.card_taken.unlink(missing_ok=True)
        unit.put_toml(TOLD)
        card = unit.put()
        power.again(ends)
        try:
            take_over(unit.paths, NOW)
            done = True
        except Cut:
            load_settings(unit.paths.unit_toml)
            tomllib.loads(unit.paths.boot_toml.read_text(encoding="utf-8"))
            assert unit.paths.network_profile.exists() or "mua xuan" in unit.paths.boot_toml.read_text(encoding="utf-8")
            assert read_taken(unit.paths) is not None or unit.paths.card_json.exists()
        power.again()
        take_over(unit.paths, NOW)
        assert load_settings(unit.paths.unit_toml).amplifier[0].line == "horn-2"
        assert unit.paths.network_profile.exists()
        assert "mua" not in unit.paths.boot_toml.read_text(encoding="utf-8")
        taken = read_taken(unit.paths)
        assert taken is not None
        assert taken.statement == unit.maker.file(card, unit.key).statement
        assert sorted(path.name for path in unit.paths.boot.iterdir()) == ["bangtin.toml"]
    assert ends > 15


@given(
    st.lists(
        st.sampled_from(["[screen]\nwidth = 64\n", "[sound] # x\n", "\n", "# ghi chú\n", '[wifi]\nssid = "a"\n', "[pins]\n"]), unique=True
    )
)
def test_any_order_of_tables_survives_without_the_network(parts: list[str]) -> None:
    text = "".join(parts)
    assert tomllib.loads(without(text)) == {name: value for name, value in tomllib.loads(text).items() if name != "wifi"}


def test_a_link_that_another_program_put_in_the_cards_place_gives_nobody_the_file_behind_it(
    unit: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changing a file's owner clears its set-user bit, even when it is the same owner: that shows whether anybody touched it."""
    monkeypatch.setattr(taking, "OWNER", getpwuid(os.geteuid()).pw_name)
    unit.put()
    other = unit.paths.root / "program"
    other.write_bytes(b"")
    other.chmod(0o4755)
    whole = taking.replace

    def overtaken(path: Path, data: bytes, mode: int = 0o644) -> None:
        whole(path, data, mode)
        path.unlink()
        path.symlink_to(other)

    monkeypatch.setattr(taking, "replace", overtaken)
    taking.take_card(unit.paths, None, NOW)
    assert unit.paths.card_taken.is_symlink()
    assert stat.S_IMODE(other.stat().st_mode) == 0o4755
