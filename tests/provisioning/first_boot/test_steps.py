"""The steps from power to a confirmed site: each obstacle is told with what to do, all of them at once, and none loses anything."""

import errno
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bundle.errors import Refused
from device.clock import ManualClock
from device.first_boot import Step, write_first_boot
from device.unit import read_unit
from display.status import Listener
from evidence.pairing import code
from evidence.signing import public_jwk, thumbprint
from provisioning.confirming import confirm
from provisioning.first_boot.pairing import Pairing, Registry, read_pairing
from provisioning.service.replacing import take_place
from tests.provisioning.conftest import in_machine
from tests.provisioning.first_boot.conftest import refused, steps, tell

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    return ManualClock.at(NOW)


def whats(found):
    return [trouble.what[1] for step in found.known.troubles.values() for trouble in step]


async def test_a_unit_shows_its_code_waits_is_accepted_and_is_done_when_the_site_is_confirmed(prepared, central, clock):
    found = steps(prepared, clock)
    assert found.known.tell(clock.now()).step is Step.STARTING
    pause = await found.look()
    told = found.known.tell(clock.now())
    asked = central.asked[0]
    key = thumbprint(public_jwk(prepared.key.read_bytes()))
    assert (told.step, pause) == (Step.SCAN, 1.0), "it asks again when the registry said"
    assert told.link == f"{central.url}/e#{told.unit}.{key}.{asked.nonce}"
    assert told.code == code(key, asked.nonce, central.root_digest)
    assert (asked.root, asked.grant, told.fingerprint) == (central.root_digest, None, key)
    central.answers = ["accept"]
    await found.look()
    record = read_unit(prepared)
    assert (record.unit, record.place, record.registry) == (told.unit, "vn.20.06001.03", central.url)
    assert prepared.root_json.read_text() == central.root
    assert not prepared.pairing.exists()
    told = found.known.tell(clock.now())
    assert (told.step, told.link, told.code) == (Step.CONFIRM, None, None)
    confirm(prepared, NOW)
    await found.look()
    assert found.known.step is Step.DONE


async def test_an_hour_of_waiting_changes_neither_code_nor_card(prepared, central, clock):
    found = steps(prepared, clock)
    await found.look()
    first, card = found.known.tell(clock.now()), {path: path.stat().st_mtime_ns for path in prepared.state.rglob("*")}
    for _ in range(60):
        clock.advance(60.0)
        await found.look()
    now = found.known.tell(clock.now())
    assert (now.link, now.code, central.roots) == (first.link, first.code, 1)
    assert {path: path.stat().st_mtime_ns for path in prepared.state.rglob("*")} == card, "nothing is written while it waits"


async def test_a_restart_shows_the_same_code_again(prepared, central, clock):
    first, second = steps(prepared, clock), steps(prepared, clock)
    await first.look()
    await second.look()
    assert first.known.paired == second.known.paired
    assert central.roots == 1


async def test_another_registry_in_the_boot_file_is_another_pairing(prepared, central, clock):
    found = steps(prepared, clock)
    await found.look()
    before = found.known.paired
    tell(prepared, f'registry = "{central.url.replace("127.0.0.1", "localhost")}"\n')
    await found.look()
    assert found.known.paired != before


async def test_whoever_stands_between_and_hands_out_his_own_root_is_shown_by_another_code(prepared, central, clock):
    """The technician types the board's code, the registry compares with its own root; and the answer's root is not believed either."""
    central.handed_out = central.root.replace("1", "2")
    found = steps(prepared, clock)
    await found.look()
    key = thumbprint(public_jwk(prepared.key.read_bytes()))
    assert found.known.paired[1] != code(key, central.asked[0].nonce, central.root_digest)
    central.answers = ["accept"]
    await found.look()
    assert read_unit(prepared) is None
    assert found.known.step is Step.REGISTRY
    assert whats(found) == ["the trust root is another one: somebody may stand between"]


async def test_a_fingerprint_on_the_card_turns_a_foreign_root_away_before_any_code_is_shown(prepared, central, clock):
    tell(prepared, f'registry = "{central.url}"\nroot_fingerprint = "{central.root_digest[:32]}"\n')
    central.handed_out = central.root.replace("1", "2")
    found = steps(prepared, clock)
    await found.look()
    assert (found.known.step, found.known.paired, central.asked) == (Step.REGISTRY, None, [])
    central.handed_out = ""
    await found.look()
    assert found.known.step is Step.SCAN


@pytest.mark.parametrize("where", ["code", "root.json"])
async def test_a_code_that_is_worth_nothing_any_more_gives_way_to_a_new_one_but_not_at_once(prepared, central, clock, where):
    found = steps(prepared, clock, redraw=60.0)
    await found.look()
    first = found.known.paired
    central.answers = [refused(where, "mã bị nhập sai / typed wrongly"), "wait"]
    await found.look()
    assert found.known.paired == first, "whoever could have new codes by the hundred would find one that fits"
    central.answers = [refused(where, "mã bị nhập sai / typed wrongly"), "wait"]
    clock.advance(61.0)
    await found.look()
    assert (found.known.step, whats(found)) == (Step.REGISTRY, ["typed wrongly"])
    await found.look()
    assert found.known.step is Step.SCAN
    assert found.known.paired != first


async def test_where_the_card_does_not_let_go_of_a_void_code_that_is_told_and_the_unit_goes_on(prepared, central, clock, monkeypatch):
    found = steps(prepared, clock, redraw=60.0)
    await found.look()
    central.answers = [refused("code", "mã bị nhập sai / typed wrongly")]
    clock.advance(61.0)

    def fails(self, missing_ok=False):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", fails)
        await found.look()
    assert found.known.step is Step.STORAGE
    assert any("Read-only" in what for what in whats(found)), whats(found)


async def test_any_other_no_is_told_in_the_registrys_words_and_keeps_the_code(prepared, central, clock):
    found = steps(prepared, clock, refused=20.0)
    await found.look()
    first = found.known.paired
    clock.advance(3600.0)
    central.answers = [refused("unit", "tên đã có / the name is taken")]
    assert await found.look() == 20.0
    assert whats(found) == ["the name is taken"]
    assert found.known.paired == first


@pytest.mark.parametrize(
    ("answer", "step", "said"),
    [
        ((200, "<h1>Wi-Fi miễn phí</h1>"), Step.REGISTRY, "not readable as JSON"),
        ((400, "<h1>no</h1>"), Step.REGISTRY, "no bangtin registry"),
        ((502, "bad gateway"), Step.REGISTRY, "HTTP 502"),
        ((302, ""), Step.REGISTRY, "HTTP 302"),
        ((429, refused("enrol", "nhanh quá / too often")[1]), Step.REGISTRY, "too often"),
        ((200, "x" * 2_000_000), Step.REGISTRY, "too long"),
    ],
)
async def test_whatever_is_no_answer_is_told_and_asked_again(prepared, central, clock, answer, step, said):
    central.answers = [answer, "wait"]
    found = steps(prepared, clock)
    await found.look()
    assert found.known.step is step
    assert said in " ".join(whats(found))
    await found.look()
    assert (found.known.step, found.known.troubles) == (Step.SCAN, {})


async def test_everything_that_is_wrong_is_told_at_once(wired, clock):
    wired.unit_toml.write_text(
        "[[amplifier]]\nline = 'a'\npin = 17\nactive_high = true\n[[amplifier]]\nline = 'b'\npin = 17\nactive_high = 1\n"
    )
    tell(wired, "registry = “http://x”\nwifi = 'abc'\n")
    wired.key.parent.mkdir(parents=True)
    wired.key.write_text("torn")
    wired.routes.parent.mkdir(parents=True)
    wired.routes.write_text("Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n")
    found = steps(wired, clock)
    await found.look()
    told = found.known.tell(clock.now())
    assert told.step is Step.STORAGE
    said = " ".join(whats(found))
    assert all(word in said for word in ("key is damaged", "curly quote", "Wi-Fi", "no way out")), said
    assert len(told.troubles) >= 5
    assert wired.key.read_text() == "torn", "a damaged key is not silently replaced"


async def test_no_boot_file_and_no_network_is_known_at_once(wired, clock):
    wired.routes.parent.mkdir(parents=True)
    wired.routes.write_text("Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n")
    found = steps(wired, clock)
    await found.look()
    told = found.known.tell(clock.now())
    assert (told.step, [trouble.where[1] for trouble in told.troubles]) == (Step.BOOT_FILE, ["card: bangtin.toml", "network"])
    assert told.unit.startswith("bt-"), "the key is made without a network"


ROUTES = {
    "ethernet": ("eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0", "", True),
    "modem without gateway": ("wwan0\t00000000\t00000000\t0001\t0\t0\t700\t00000000\t0\t0\t0", "", True),
    "own network only": ("eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0", "", False),
    "IPv6": ("", f"{'0' * 32} 00 {'0' * 32} 00 {'f' * 32} 00000400 1 0 00000003 eth0", True),
    "IPv6 nowhere": ("", f"{'0' * 32} 00 {'0' * 32} 00 {'0' * 32} ffffffff 1 0 00200200 lo", False),
}


@pytest.mark.parametrize("name", ROUTES)
async def test_a_way_out_is_known_by_the_kernels_own_table(wired, clock, name):
    fourth, sixth, there = ROUTES[name]
    wired.routes.parent.mkdir(parents=True)
    wired.routes.write_text(f"Iface Destination Gateway Flags\n{fourth}\n")
    wired.routes_6.write_text(f"{sixth}\n")
    found = steps(wired, clock)
    await found.look()
    assert (Step.NETWORK in found.known.troubles) is not there


async def test_nobody_there_is_the_network_and_the_next_step_stands_before_the_answer(wired, clock):
    tell(wired, 'registry = "http://127.0.0.1:9"\n')
    found, seen = steps(wired, clock), []

    async def root(url):
        seen.append(found.known.tell(clock.now()).step)
        return await Registry().root(url)

    found.registry = Registry(root=root)
    await found.look()
    assert seen == [Step.NETWORK], "nobody waits for the registry's patience to know what comes next"
    assert found.known.step is Step.NETWORK
    assert "not reached" in whats(found)[0]


async def test_a_name_that_cannot_be_resolved_is_said_so(wired, clock):
    tell(wired, 'registry = "https://khong-co.invalid"\n')
    found = steps(wired, clock)
    await found.look()
    assert whats(found) == ["the name khong-co.invalid cannot be resolved"]


async def test_a_full_card_is_told_and_the_unit_goes_on_when_there_is_room(prepared, central, clock, monkeypatch):
    central.answers = ["accept"]
    real = os.fsync

    def full(descriptor):
        raise OSError(28, os.strerror(28))

    found = steps(prepared, clock)
    with monkeypatch.context() as patch:
        patch.setattr("device.durable.os.fsync", full)
        await found.look()
        assert (found.known.step, central.asked) == (Step.STORAGE, [])
        assert "No space left" in whats(found)[0]
    assert os.fsync is real
    await found.look()
    assert (found.known.step, read_unit(prepared).unit) == (Step.CONFIRM, found.known.unit)


async def test_a_card_that_fills_up_just_before_the_enrolment_is_kept_lets_the_registry_answer_again(prepared, central, clock, monkeypatch):
    found = steps(prepared, clock)
    await found.look()
    central.answers = ["accept"]

    def full(*_):
        raise OSError(28, os.strerror(28), "unit.json")

    with monkeypatch.context() as patch:
        patch.setattr("provisioning.enrol.write_unit", full)
        await found.look()
    assert (found.known.step, read_unit(prepared)) == (Step.STORAGE, None)
    await found.look()
    assert found.known.step is Step.CONFIRM


async def test_a_damaged_enrolment_is_told_and_enrolling_again_helps(prepared, central, clock):
    prepared.unit_json.parent.mkdir(parents=True, exist_ok=True)
    prepared.unit_json.write_bytes(b"{torn")
    found = steps(prepared, clock)
    await found.look()
    told = found.known.tell(clock.now())
    assert (told.step, told.link is not None) == (Step.STORAGE, True)
    central.answers = ["accept"]
    await found.look()
    await found.look()
    assert (found.known.step, found.known.troubles) == (Step.CONFIRM, {})


async def test_a_card_that_was_moved_or_copied_is_told_and_does_not_ask_with_the_other_machines_key(prepared, central, clock):
    in_machine(prepared, "10000000abcd")
    central.answers = ["accept"]
    found = steps(prepared, clock)
    await found.look()
    confirm(prepared, NOW)
    asked, key = len(central.asked), prepared.key.read_bytes()
    in_machine(prepared, "10000000ef01")
    found = steps(prepared, clock)
    await found.look()
    told = found.known.tell(clock.now())
    assert (told.step, told.link, told.code) == (Step.STORAGE, None, None)
    assert "belongs to another machine" in whats(found)[0]
    assert told.troubles[0].do is not None
    assert (len(central.asked), prepared.key.read_bytes()) == (asked, key)
    in_machine(prepared, "10000000abcd")
    await found.look()
    assert found.known.step is Step.DONE, "back in its own machine nothing was lost"


async def test_a_torn_pairing_is_begun_anew(prepared, central, clock):
    prepared.pairing.parent.mkdir(parents=True, exist_ok=True)
    prepared.pairing.write_text("{")
    found = steps(prepared, clock)
    await found.look()
    assert found.known.step is Step.SCAN
    assert isinstance(read_pairing(prepared, central.url), Pairing)


async def test_wrong_wiring_is_put_right_before_anything_is_asked(prepared, central, clock):
    wiring = prepared.unit_toml.read_text()
    prepared.unit_toml.write_text(wiring.replace("pin = 17", "pin = 99"))
    found = steps(prepared, clock)
    await found.look()
    assert (found.known.step, central.asked) == (Step.BOOT_FILE, [])
    prepared.unit_toml.write_text(wiring)
    await found.look()
    assert found.known.step is Step.SCAN


async def test_a_confirmed_unit_with_a_wrong_boot_file_keeps_what_was_in_force_and_its_board_says_so(prepared, central, clock):
    central.answers = ["accept"]
    await steps(prepared, clock).look()
    confirm(prepared, NOW)
    wiring = prepared.unit_toml.read_bytes()
    tell(prepared, f'registry = "{central.url}"\n[screen]\nwdith = 1920\n')
    found = steps(prepared, clock)
    await found.look()
    write_first_boot(prepared, found.known.tell(clock.now()))
    assert (found.known.step, prepared.unit_toml.read_bytes()) == (Step.DONE, wiring)
    assert "bangtin.toml: screen.wdith: there is no such setting" in Listener(prepared).said(clock.now())


async def test_an_answer_for_another_unit_is_not_ours(prepared, central, clock):
    async def mixed_up(url, token):
        return central.accepted(central.asked[0]).model_copy(update={"unit": "bt-khac"})

    found = steps(prepared, clock)
    await found.look()
    found.registry = Registry(ask=mixed_up)
    await found.look()
    assert "answered for bt-khac" in whats(found)[0]
    with pytest.raises(Refused):
        confirm(prepared, NOW)


async def test_a_unit_that_is_to_replace_another_says_so_and_only_before_it_is_let_in(prepared, central, clock):
    take_place(prepared, "bt-cu")
    found = steps(prepared, clock)
    await found.look()
    assert central.asked[-1].replaces == "bt-cu"
    central.answers = ["accept"]
    await found.look()
    with pytest.raises(Refused, match="is enrolled as"):
        take_place(prepared, "bt-khac")
