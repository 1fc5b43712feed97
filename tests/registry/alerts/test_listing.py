"""``sources.toml`` written by the registry's command: what people wrote in it stays, and what would not be read is never written."""

import pytest

from bundle.errors import Refused
from registry.alerts.listed import Listed
from registry.alerts.listing import NewSource, add_source, renew_token
from tests.registry.alerts.cap.messages import SENDER, SOURCES

NEW = NewSource("nguon-moi", "Đài Mẫu", "Đài Mẫu", [SENDER], ["vn.20"], {"xa": "vn.20."}, {"vi": "vi"}, 60.0, 6)


def test_a_source_is_added_beside_what_people_wrote(tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text(SOURCES.replace("cap@", "kt@") + "\n# số trực ban: 0123\n")
    token = add_source(tmp_path, NEW)
    assert [each.id for each in Listed(path).now()] == ["khi-tuong", "nguon-moi"]
    assert Listed(path).by_token(token).id == "nguon-moi"
    assert "# số trực ban: 0123" in path.read_text()


def test_a_source_written_by_hand_is_given_a_token(tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text(SOURCES)
    listed = Listed(path)
    first = renew_token(tmp_path, "khi-tuong")
    assert listed.by_token(first).id == "khi-tuong"
    second = renew_token(tmp_path, "khi-tuong")
    assert listed.by_token(first) is None
    assert listed.by_token(second).id == "khi-tuong"


@pytest.mark.parametrize(
    "change", [{"id": "nguon-moi"}, {"id": "Hoa Thường"}, {"id": "khac", "senders": ["hai chữ"]}, {"id": "khac", "areas": []}]
)
def test_what_would_not_be_read_is_refused_and_the_old_list_stays(tmp_path, change):
    add_source(tmp_path, NEW)
    before = (tmp_path / "sources.toml").read_bytes()
    with pytest.raises(Refused):
        add_source(tmp_path, NewSource(**{**vars(NEW), "senders": ["khac@mau.example"], **change}))
    assert (tmp_path / "sources.toml").read_bytes() == before


def test_a_list_that_is_broken_by_hand_leaves_the_old_one_in_force(tmp_path, caplog):
    token, listed = add_source(tmp_path, NEW), Listed(tmp_path / "sources.toml")
    assert listed.by_token(token)
    (tmp_path / "sources.toml").write_text("format = 1\n[[source")
    assert listed.by_token(token)
    assert "sources.toml" in caplog.text
    assert token not in caplog.text
