"""The support bundle: small, helpful, and without one secret, wherever on the unit that stands."""

import io
import json
import random
import tarfile
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from device.clock import ManualClock
from device.durable import replace
from device.faults import Faults
from device.first_boot import Access, FirstBoot, Step, write_first_boot
from device.journal import JournalWriter
from device.paths import Paths
from device.status import write_status
from evidence.duties import Duty
from evidence.pin import pin_digest
from evidence.records import FaultCode
from evidence.report import ProgramStatus
from evidence.signing import new_key, sign
from provisioning.commands import provision
from provisioning.holders import add
from provisioning.service.secrets import STRUCK, struck
from provisioning.service.support import MOST, support

NOW = ManualClock.at(datetime(2026, 12, 1, 8, 0, tzinfo=UTC)).now()
CANARIES = {
    "wifi": 'con-chim-"wifi"-1',
    "hotspot": "conchimhotspot2",
    "pin": "739154",
    "holder": "816203",
    "address": "conchim-user:conchim-pass",
    "comment": "con-chim-comment-3",
    "nonce": "conchimnonce4conchimnonce4",
    "grant": "conchimgrant5conchimgrant5",
    "card": "conchimcard6conchimcard6",
}


def plant(paths):
    """A secret in every place where one may lie, and each of them also where a careless program would have logged it."""
    key = new_key()
    token = sign(json.dumps({"grant": CANARIES["grant"]}).encode(), key)
    replace(paths.key, key, 0o640)
    add(paths, "Lò Thị Mây", (Duty.REPAIR,), CANARIES["holder"])
    label = pin_digest("246813", bytes(range(16)))
    replace(paths.label_pin, label.model_dump_json().encode(), 0o600)
    replace(paths.card_taken, json.dumps({"statement": CANARIES["card"], "key": key.decode()}).encode(), 0o600)
    replace(paths.claim, json.dumps({"token": token, "days": 30}).encode())
    replace(paths.pairing, json.dumps({"nonce": CANARIES["nonce"]}).encode())
    replace(paths.boot_toml, f'wifi = {{ ssid = "Xã", passphrase = {json.dumps(CANARIES["wifi"])} }}\n'.encode())
    access = Access(pin=CANARIES["pin"], address="http://10.42.0.1:8480/", until=9.0, ssid="bangtin", passphrase=CANARIES["hotspot"])
    write_first_boot(paths, FirstBoot(at=NOW.stamp(), step=Step.SCAN, unit="bt-1", link="https://x/e#" + CANARIES["nonce"], access=access))
    wiring = f'# {CANARIES["comment"]}\n[agent]\nmirrors = ["http://{CANARIES["address"]}@192.168.1.2:8480"]\n'
    replace(paths.unit_toml, wiring.encode())
    digests = json.loads(paths.holders.read_bytes())["holders"][0]
    secrets = [*CANARIES.values(), token, key.decode(), key.decode().splitlines()[1], label.digest, digests["digest"], digests["salt"]]
    del secrets[secrets.index(CANARIES["holder"])]  # the PIN itself is kept nowhere, and nobody can strike it out
    # A grant is kept nowhere on the unit; it is known by the form in which it is handed over.
    logged = [each for each in secrets if each not in (CANARIES["comment"], CANARIES["grant"])]
    leaky = "\n".join(f"ERROR somebody logged {secret}" for secret in (*logged, f"https://x#{CANARIES['grant']}.{'ab' * 32}"))
    replace(paths.last_words / "00000001-bangtin-agent.txt", leaky.encode())
    writer = JournalWriter(paths.journal("agent"), False)
    Faults(paths.journal("agent"), writer, sync=True).raised(NOW, FaultCode.UNREACHABLE, leaky[-1500:])
    writer.close()
    reasons = (f"grant https://so.example#{CANARIES['grant']}.{'ab' * 32}",)
    write_status(paths, ProgramStatus(program="display", at=NOW.stamp(), ready=False, reasons=reasons, versions={}))
    return [*secrets, json.dumps(CANARIES["wifi"])[1:-1]]


def unpacked(data):
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        return {each.name: archive.extractfile(each).read().decode() for each in archive.getmembers()}


def test_no_secret_of_the_unit_is_in_the_bundle(tmp_path):
    paths = Paths(tmp_path)
    secrets = plant(paths)
    files = unpacked(support(paths, NOW))
    found = {(name, secret) for name, text in files.items() for secret in secrets if secret in text}
    assert found == set()
    assert "PRIVATE KEY" not in "".join(files.values())
    assert STRUCK in files["bangtin-support/last-words/00000001-bangtin-agent.txt"], "the rest of the line helps all the same"


def test_what_the_help_desk_needs_is_in_it(tmp_path):
    paths = Paths(tmp_path)
    plant(paths)
    files = unpacked(support(paths, NOW))
    assert "unreachable" in files["bangtin-support/faults/agent.txt"]
    assert '"step": "scan"' in files["bangtin-support/first-boot.json"]
    assert "bangtin 0." in files["bangtin-support/about.txt"]
    assert "mirrors" in files["bangtin-support/wiring.json"]
    assert "machine/devices.txt" in " ".join(files)


def test_a_unit_that_is_broken_in_every_file_still_gives_a_bundle(tmp_path):
    paths = Paths(tmp_path)
    plant(paths)
    for path in list(tmp_path.rglob("*")):
        if path.is_file():
            path.write_bytes(random.Random(path.name).randbytes(3000))
    files = unpacked(support(paths, NOW))
    assert "bangtin-support/about.txt" in files


def test_it_is_small_however_much_there_is_and_however_badly_it_compresses(tmp_path):
    paths, dice = Paths(tmp_path), random.Random(7)
    for number in range(40):
        noise = "".join(chr(dice.randrange(0x4E00, 0x9FFF)) for _ in range(60_000))
        replace(paths.last_words / f"{number:08d}-audio.txt", noise.encode())
    for program in ("agent", "display", "audio", "amplifier"):
        noise = "".join(chr(dice.randrange(0x4E00, 0x9FFF)) for _ in range(60_000))
        replace(paths.status(program), noise.encode())
    data = support(paths, NOW)
    assert len(data) <= MOST
    assert "bangtin-support/last-words/00000039-audio.txt" in unpacked(data), "the newest are in it"


def test_the_command_writes_one_file_for_its_owner(tmp_path):
    paths = Paths(tmp_path)
    plant(paths)
    out = tmp_path / "out"
    out.mkdir()
    done = CliRunner().invoke(provision, ["support", "--root", str(tmp_path), "--out", str(out)])
    assert done.exit_code == 0, done.output
    [written] = out.iterdir()
    assert written.stat().st_mode & 0o777 == 0o600
    assert "bangtin-support/README.txt" in unpacked(written.read_bytes())


@given(st.text(min_size=6, max_size=40), st.text(max_size=60), st.text(max_size=60))
def test_what_is_known_to_be_secret_is_struck_out_of_any_text(secret, before, after):
    assert secret not in struck(before + secret + after, (secret,)).replace(STRUCK, "\0")


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PRIVATE KEY-----\nabcdef\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nabcdef cut off",
        "eyJhbGciOiJFZERTQSJ9.eyJhYmNkZWYiOjF9.abcdef",
        "http://abcdef:abcdef@192.168.1.2/",
        "WIFI:T:WPA;S:xa;P:1\\;abcdef;;",
        "https://so.example#abcdefabcdefabcdefabcdef.0123456789abcdef0123456789abcdef",
    ],
)
def test_what_has_the_form_of_a_secret_is_struck_out_although_nobody_knows_it(text):
    assert "abcdef" not in struck(f"x {text} y", ()).replace("0123456789abcdef0123456789abcdef", "")
