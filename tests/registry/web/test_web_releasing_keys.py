"""The keys that a registry may hold: opened only when their owner alone can read them, and never written anywhere."""

import pytest

from bundle.errors import Refused
from registry.alerts.pending.releasing import seatless
from registry.trust.keys import make_key
from registry.trust.passphrase import Passphrases
from registry.web.config import Config
from registry.web.releasing_keys import read_keys
from tests.simulators.publisher import Publisher

NOBODY = Passphrases({})


def test_a_feeds_key_is_its_channels_by_the_name_of_its_file_or_by_what_is_said(tmp_path):
    named = make_key(tmp_path, "vn.20.06001-feed", "sổ trung tâm")
    make_key(tmp_path, "khoa", "sổ trung tâm")
    found = read_keys(None, (str(tmp_path / "vn.20.06001-feed.json"), f"vn.20={tmp_path / 'khoa.json'}"), NOBODY)
    assert set(found.feed) == {"vn.20.06001", "vn.20"}
    assert found.feed["vn.20.06001"].keyid == named.keyid
    assert found.online is None
    with pytest.raises(Refused, match="not clear of which channel"):
        read_keys(None, (str(tmp_path / "khoa.json"),), NOBODY)


def test_a_key_that_others_can_read_is_not_opened(tmp_path):
    make_key(tmp_path, "online", "máy ký")
    (tmp_path / "online.json").chmod(0o640)
    with pytest.raises(Refused, match="others can read"):
        read_keys(tmp_path / "online.json", (), NOBODY)


def test_a_key_under_a_passphrase_opens_with_the_file_that_holds_it_and_no_other(tmp_path):
    make_key(tmp_path, "online", "máy ký", "một câu đủ dài")
    secret = tmp_path / "secret"
    secret.write_text("một câu đủ dài\n")
    secret.chmod(0o600)
    assert read_keys(tmp_path / "online.json", (), Passphrases({"": secret})).online is not None
    secret.write_text("câu khác cũng dài\n")
    with pytest.raises(Refused, match="wrong passphrase"):
        read_keys(tmp_path / "online.json", (), Passphrases({"": secret}))


def test_no_secret_stands_in_what_a_log_or_a_traceback_would_print(tmp_path):
    key = make_key(tmp_path, "online", "máy ký")
    config = Config(tmp_path, tmp_path, "", online=key, feed={"vn.20": key})
    assert key.signer.private_bytes.hex() not in repr(config)
    assert "PRIVATE" not in repr(config)


def test_a_key_without_a_seat_is_told_at_the_start(tmp_path):
    publisher = Publisher(tmp_path, ("vn.20",))
    stranger = make_key(tmp_path, "la", "người lạ")
    assert seatless(publisher.tree, {"vn.20": publisher.keys["feed"]}) == {}
    told = seatless(publisher.tree, {"vn.20": stranger, "vn.21": stranger})
    assert "no seat" in told["vn.20"]
    assert "vn.21" in told["vn.21"]
