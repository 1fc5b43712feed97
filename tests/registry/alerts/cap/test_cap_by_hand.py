"""``bangtin publish alert FILE.xml``: judged before a key is unlocked, spoken, released by two persons, remarks told."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from bundle.alert import AlertSet
from bundle.asset import blob_path
from bundle.trust import Target
from registry.trust.commands.urgent import alert as command
from registry.trust.urgent import released_document
from tests.registry.alerts.cap.messages import CHANNEL, SENDER, SOURCES, alert
from tests.simulators.publisher import Publisher

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def office(tmp_path):
    return Publisher(tmp_path, now=NOW)


def send(office, raw, *options, sources=SOURCES):
    folder = office.tree.folder.parent
    (folder / "lu.xml").write_bytes(raw)
    (folder / "sources.toml").write_text(sources, encoding="utf-8")
    keys = [f"--{name}-key={office.keys_folder}/{CHANNEL}-alerts-{name}.json" for name in ("author", "approver")]
    words = [folder / "lu.xml", "--site", office.site, "--channel", CHANNEL, *keys, "--online-key", office.keys_folder / "online.json"]
    return CliRunner().invoke(command, [str(word) for word in (*words, *options)])


def sent(**other: str) -> bytes:
    return alert(sent=(NOW - timedelta(minutes=1)).isoformat(), **other)


def released(office):
    found = released_document(office.tree, CHANNEL, Target.ALERTS)
    return found.alerts if isinstance(found, AlertSet) else ()


def test_two_persons_release_a_message_as_it_came_with_its_speech(office):
    done = send(office, sent(), "--sources", office.tree.folder.parent / "sources.toml")
    assert done.exit_code == 0, done.output
    (found,) = released(office)
    assert (found.sender, found.identifier, found.level) == (SENDER, "lu-7", 3)
    told = found.provenance
    assert (told.author, told.approver, told.exception) == ("Đài Khí tượng tỉnh Mẫu", "Trần Văn Mưa", None)
    clips = found.versions[0].clips
    assert len(clips) == 2
    assert all((office.site / blob_path(clip.sha256)).is_file() for clip in clips)


def test_what_was_understood_in_spite_of_its_form_is_told(office):
    raw = sent().replace(b"+00:00</sent>", b"Z</sent>")
    done = send(office, raw, "--sources", office.tree.folder.parent / "sources.toml")
    assert done.exit_code == 0, done.output
    assert "CAP writes UTC as -00:00" in done.output


def test_every_complaint_is_told_and_nothing_leaves(office):
    raw = sent(scope="Private", status="Real").replace(b"Severe", b"severe")
    done = send(office, raw, "--sources", office.tree.folder.parent / "sources.toml")
    assert done.exit_code == 2
    assert all(word in done.output for word in ("needs addresses", "“Real”", "“severe”"))
    assert released(office) == ()


def test_its_identity_is_its_senders_and_not_stamped_anew(office):
    done = send(office, sent(), "--now", "--sources", office.tree.folder.parent / "sources.toml")
    assert done.exit_code == 2
    assert "keeps the time" in done.output
    assert released(office) == ()


def test_without_a_list_of_trusted_sources_no_message_is_taken(office):
    done = send(office, sent())
    assert done.exit_code == 2
    assert "--sources" in done.output


def test_every_fault_of_the_list_of_sources_is_told(office):
    wrong = SOURCES.replace("life_hours = 6", 'life_hours = 600\nhold_of_seconds = 3\nareas_ = ["x"]')
    done = send(office, sent(), "--sources", office.tree.folder.parent / "sources.toml", sources=wrong)
    assert done.exit_code == 2
    assert all(word in done.output for word in ("life_hours", "hold_of_seconds", "areas_"))


def test_an_update_joins_what_it_replaces(office):
    where = office.tree.folder.parent / "sources.toml"
    assert send(office, sent(), "--sources", where).exit_code == 0
    (first,) = released(office)
    again = send(
        office, sent(msgType="Update", identifier="lu-8", references=f"{SENDER},lu-7,{first.sent.isoformat()}"), "--sources", where
    )
    assert again.exit_code == 0, again.output
    assert [each.identifier for each in released(office)] == ["lu-7", "lu-8"]
