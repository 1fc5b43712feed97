"""Keys under a passphrase, public halves, and keys that live elsewhere: what opens, what does not, and what is said then."""

import json
import os
import stat
import subprocess
from collections.abc import Iterable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from securesystemslib.signer import SIGNER_FOR_URI_SCHEME, CryptoSigner, SSlibKey
from tuf.api.metadata import Metadata, Timestamp

from bundle.errors import Refused
from bundle.trust import Role, Target
from registry.trust import compact, release
from registry.trust.commands import COMMANDS
from registry.trust.delegations import Duty, Seat, take_seat
from registry.trust.keys import load_holder, load_key, make_key, save_public, save_token
from registry.trust.passphrase import Passphrases, read_passphrase
from registry.trust.seating import Reseating
from tests.simulators.content import CHANNEL, small_bundle
from tests.simulators.publisher import Publisher

SECRET = "bốn từ khó đoán"


def says(*words: str):
    def ask(_: str) -> Iterable[str]:
        return words

    return ask


def passphrase_file(folder: Path, text: str = SECRET) -> Path:
    path = folder / "passphrase"
    path.touch(0o600)
    path.write_text(f"{text}\n", encoding="utf-8")
    return path


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    make_key(tmp_path, "approver", "Trần Văn Mưa", SECRET)
    return tmp_path / "approver.json"


def test_a_key_opens_with_its_passphrase_and_signs(locked: Path) -> None:
    key = load_key(locked, says(SECRET))
    key.public.verify_signature(key.signer.sign(b"tin"), b"tin")
    assert stat.S_IMODE(locked.stat().st_mode) == 0o600


def test_the_private_half_stands_nowhere_in_the_file(locked: Path) -> None:
    signer = load_key(locked, says(SECRET)).signer
    assert isinstance(signer, CryptoSigner)
    secret = signer._private_key.private_bytes_raw()
    text = locked.read_text()
    assert secret.hex() not in text
    assert secret not in bytes.fromhex(json.loads(text)["private"])
    assert "PRIVATE KEY" not in text


def test_openssl_opens_the_same_key(locked: Path, tmp_path: Path) -> None:
    """The format is a standard one: the key outlives this software."""
    raw = tmp_path / "key.der"
    raw.write_bytes(bytes.fromhex(json.loads(locked.read_text())["private"]))
    secret = passphrase_file(tmp_path)
    line = ["openssl", "pkcs8", "-inform", "DER", "-in", raw, "-passin", f"file:{secret}"]
    opened = subprocess.run(line, capture_output=True, check=True).stdout
    signer = load_key(locked, says(SECRET)).signer
    assert isinstance(signer, CryptoSigner)
    assert opened == signer.private_bytes


def test_a_wrong_passphrase_is_one_sentence_without_the_passphrase(locked: Path) -> None:
    with pytest.raises(Refused, match="wrong passphrase") as refused:
        load_key(locked, says("sai mật khẩu rồi"))
    assert len(refused.value.complaints) == 1
    assert "sai mật khẩu rồi" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    with pytest.raises(Refused, match="has a passphrase"):
        load_key(locked)


def test_the_passphrase_decides_and_not_the_order_of_tries(locked: Path) -> None:
    assert load_key(locked, says("nhầm một lần", SECRET)).person == "Trần Văn Mưa"


def test_a_damaged_key_is_no_wrong_passphrase(locked: Path) -> None:
    data = json.loads(locked.read_text())
    for private in ("", "zz", "00" * 100):
        locked.write_text(json.dumps(data | {"private": private}))
        with pytest.raises(Refused, match=r"damaged|only the public half"):
            load_key(locked, says(SECRET))


def test_two_halves_of_different_keys_are_refused(locked: Path, tmp_path: Path) -> None:
    other = make_key(tmp_path, "other", "Người khác")
    data = json.loads(locked.read_text())
    data["public"]["public"] = other.public.keyval["public"]
    locked.write_text(json.dumps(data))
    with pytest.raises(Refused, match="damaged"):
        load_key(locked, says(SECRET))


def test_a_key_of_the_first_days_still_opens(tmp_path: Path) -> None:
    private = CryptoSigner.generate_ed25519()
    path = tmp_path / "author.json"
    path.touch(0o600)
    path.write_text(json.dumps({"format": 1, "name": "author", "person": "Lò Thị Mây", "private": private.private_bytes.decode()}))
    assert load_key(path).keyid == load_holder(path).keyid == private.public_key.keyid


def test_the_public_half_needs_no_passphrase_and_cannot_sign(locked: Path, tmp_path: Path) -> None:
    holder = load_holder(locked)
    save_public(tmp_path / "half.json", holder)
    half = tmp_path / "half.json"
    assert load_holder(half) == holder
    half.chmod(0o644)
    assert load_holder(half) == holder
    with pytest.raises(Refused, match="only the public half"):
        load_key(half)


def test_a_passphrase_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = passphrase_file(tmp_path)
    assert read_passphrase(path) == SECRET
    path.chmod(0o640)
    with pytest.raises(Refused, match="others can read"):
        read_passphrase(path)
    with pytest.raises(Refused, match="cannot read"):
        read_passphrase(tmp_path / "absent")


def test_an_open_descriptor_serves_as_well(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    try:
        os.write(writer, f"{SECRET}\n".encode())
        os.close(writer)
        assert read_passphrase(Path(f"/dev/fd/{reader}")) == SECRET
    finally:
        os.close(reader)


def test_each_key_may_have_a_file_of_its_own(tmp_path: Path) -> None:
    shared = passphrase_file(tmp_path)
    (tmp_path / "own").mkdir()
    own = passphrase_file(tmp_path / "own", "của riêng khóa gốc")
    ask = Passphrases({"": shared, "root": own})
    assert list(ask("root")) == ["của riêng khóa gốc"]
    assert list(ask("author")) == [SECRET]
    with pytest.raises(Refused, match="too short"):
        Passphrases({"": passphrase_file(tmp_path, "ngắn")}).new("author")


@pytest.fixture
def typing(locked: Path):
    @click.command()
    def opening() -> None:
        click.echo(load_key(locked, Passphrases({})).person)

    def type_(*lines: str):
        return CliRunner().invoke(opening, input="".join(f"{line}\n" for line in lines))

    return type_


def test_a_person_may_mistype_and_nothing_is_echoed(typing) -> None:
    done = typing("nhầm", SECRET)
    assert "Trần Văn Mưa" in done.output
    assert done.output.count("wrong passphrase") == 1
    assert SECRET not in done.output
    assert isinstance(typing("một", "hai", "ba").exception, Refused)
    assert isinstance(typing().exception, Refused)


def publish(name: str, *words: object, answers: str = "") -> str:
    command = next(command for command in COMMANDS if command.name == name)
    done = CliRunner().invoke(command, [str(word) for word in words], input=answers)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_ceremony_asks_twice_for_each_passphrase(tmp_path: Path) -> None:
    """Fourteen keys, each typed twice, and none is asked for again to sign the root."""
    publish("keys", tmp_path / "keys", "--site", tmp_path / "site", "--channel", "vn.20", answers=f"{SECRET}\n" * 28)
    assert load_key(tmp_path / "keys" / "root.json", says(SECRET)).name == "root"
    with pytest.raises(Refused, match="has a passphrase"):
        load_key(tmp_path / "keys" / "vn.20-author.json")


def test_a_key_without_passphrase_is_made_only_on_request_and_warned_of(tmp_path: Path) -> None:
    words = ("--site", tmp_path / "site", "--channel", "vn.20", "--passphrase-file", passphrase_file(tmp_path))
    said = publish("keys", tmp_path / "keys", *words, "--no-passphrase", "online")
    assert "not encrypted: online\n" in said
    assert load_key(tmp_path / "keys" / "online.json").name == "online"


def test_a_token_without_its_library_is_one_clear_sentence(tmp_path: Path) -> None:
    public = SSlibKey.from_crypto(ec.generate_private_key(ec.SECP256R1()).public_key())
    save_token(tmp_path / "approver.json", "approver", "Trần Văn Mưa", "hsm:2?label=bangtin", public)
    assert load_holder(tmp_path / "approver.json").keyid == public.keyid
    with pytest.raises(Refused, match=r"bangtin\[hsm\]"):
        load_key(tmp_path / "approver.json", says("1234"))


def test_a_signer_that_is_not_ours_signs_through_the_same_seam(tmp_path: Path) -> None:
    """The address may be of any kind that securesystemslib knows: here an ECDSA key in a file of its own."""
    private = ec.generate_private_key(ec.SECP256R1())
    pem = tmp_path / "elsewhere.pem"
    pem.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = SSlibKey.from_crypto(private.public_key())
    save_token(tmp_path / "approver.json", "approver", "Trần Văn Mưa", f"file2:{pem}", public)
    key = load_key(tmp_path / "approver.json")
    key.public.verify_signature(key.signer.sign(b"tin"), b"tin")
    pem.unlink()
    with pytest.raises(Refused, match="cannot use this key address"):
        load_key(tmp_path / "approver.json")


class Unplugged(CryptoSigner):
    """A token that was pulled out between two signatures."""

    @classmethod
    def from_priv_key_uri(cls, priv_key_uri, public_key, secrets_handler=None):
        made = cls(ec.generate_private_key(ec.SECP256R1()))
        made._public_key = public_key
        made.pin = secrets_handler
        return made

    def sign(self, payload):
        assert self.pin("pin") == "123456"
        raise RuntimeError("CKR_DEVICE_REMOVED")


def test_a_token_that_fails_while_signing_is_one_sentence_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIGNER_FOR_URI_SCHEME, "unplugged", Unplugged)
    public = SSlibKey.from_crypto(ec.generate_private_key(ec.SECP256R1()).public_key())
    save_token(tmp_path / "approver.json", "approver", "Trần Văn Mưa", "unplugged:2", public)
    key = load_key(tmp_path / "approver.json", says("123456"))
    with pytest.raises(Refused, match=r"the token did not sign.*CKR_DEVICE_REMOVED"):
        key.sign(Metadata(Timestamp()))
    nobody_there = load_key(tmp_path / "approver.json")
    with pytest.raises(Refused, match="wants its PIN"):
        nobody_there.sign(Metadata(Timestamp()))


def test_a_unit_believes_a_token_beside_a_usual_key(tmp_path: Path) -> None:
    """An approver whose key is ECDSA, kept elsewhere, and an author with a file: the units' own check accepts the pair."""
    private = ec.generate_private_key(ec.SECP256R1())
    pem = tmp_path / "elsewhere.pem"
    pem.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    publisher = Publisher(tmp_path, [CHANNEL])
    (publisher.keys_folder / "token").mkdir()
    path = publisher.keys_folder / "token" / "approver.json"
    save_token(path, "approver", "Trần Văn Thẻ", f"file2:{pem}", SSlibKey.from_crypto(private.public_key()))
    publisher.keys["token"] = load_key(path)
    seat = Seat(Role.CONTENT, Duty.APPROVER, load_holder(path))
    Reseating(publisher.tree, CHANNEL, lambda targets: take_seat(targets, seat), publisher.keys["targets"], publisher.online).carry_out(
        publisher.now
    )
    proposal = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now)), f"{CHANNEL}-author", "token")
    assert release(publisher.tree, proposal, publisher.online, publisher.now).approvers == ("Trần Văn Thẻ",)
