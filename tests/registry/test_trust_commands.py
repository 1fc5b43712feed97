"""The commands of trust, typed as people type them, with every mistake answered in sentences."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bundle.alert import AlertSet
from bundle.asset import blob_path
from bundle.policy import Policy, StopList
from bundle.trust import Target
from registry.making.blobs import Blobs
from registry.trust.commands import COMMANDS
from registry.trust.proposal import compact
from registry.trust.site import Site
from registry.trust.urgent import released_document
from tests.simulators.content import CHANNEL, flood_alert, picture_of, small_bundle

NOW = datetime.now(UTC).replace(microsecond=0)


class Office:
    """A commune's office: a keys folder, a release tree and a draft."""

    def __init__(self, folder: Path) -> None:
        self.keys = folder / "keys"
        self.site = folder / "site"
        self.draft = folder / "draft"
        (self.draft / "alerts").mkdir(parents=True)
        self.write_bundle("Lịch tiêm chủng")

    def write_bundle(self, title: str) -> None:
        (self.draft / "bundle.json").write_bytes(compact(small_bundle(NOW, title=title, pictures=(b"picture",))))
        blob = self.draft / blob_path(picture_of(b"picture").sha256)
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(b"picture")

    def type(self, name: str, *words: object, answer: str | None = None) -> Result:
        command = next(command for command in COMMANDS if command.name == name)
        return CliRunner().invoke(command, [str(word) for word in words], input=answer)

    def key(self, name: str) -> Path:
        """The channel's own key of that name, else the one of the whole root."""
        own = self.keys / f"{CHANNEL}-{name}.json"
        return own if own.exists() else self.keys / f"{name}.json"

    def ceremony(self) -> Result:
        return self.type(
            "keys",
            self.keys,
            "--site",
            self.site,
            "--channel",
            CHANNEL,
            "--person",
            f"{CHANNEL}-author=Lò Thị Mây",
            "--no-passphrase",
            "all",
        )

    def sign(self, name: str, path: Path | None = None) -> Result:
        return self.type("sign", path or self.draft, "--site", self.site, "--key", self.key(name), "--yes")

    def release(self, path: Path | None = None) -> Result:
        return self.type("release", path or self.draft, "--site", self.site, "--online-key", self.key("online"))

    def alert(self, file: Path, *words: object) -> Result:
        keys = ("--author-key", self.key("alerts-author"), "--approver-key", self.key("alerts-approver"))
        return self.type("alert", file, "--site", self.site, "--channel", CHANNEL, *keys, "--online-key", self.key("online"), *words)

    def stop(self, *words: object) -> Result:
        keys = ("--stop-key", self.key("stop"), "--online-key", self.key("online"))
        return self.type("stop", "--site", self.site, "--channel", CHANNEL, *keys, *words)

    def released(self, target: Target) -> object:
        return released_document(Site(self.site), CHANNEL, target)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    assert made.ceremony().exit_code == 0
    return made


def test_from_keys_to_release(office: Office) -> None:
    author, approver = office.sign("author"), office.sign("approver")
    assert "tin trên bảng · notice: Lịch tiêm chủng (tiem-chung)" in author.output
    assert "chữ ký đã có / signatures so far: 1" in approver.output
    done = office.release()
    assert done.exit_code == 0, done.output
    assert "Lò Thị Mây" in done.output
    assert office.released(Target.BUNDLE) == small_bundle(NOW, pictures=(b"picture",))


def test_the_ceremony_warns_and_is_not_repeated(tmp_path: Path) -> None:
    office = Office(tmp_path)
    assert "not encrypted" in office.ceremony().output
    again = office.ceremony()
    assert again.exit_code == 2
    assert "a trust root stands here" in again.output


def test_one_signature_is_not_enough(office: Office) -> None:
    unsigned = office.release()
    assert (unsigned.exit_code, "chưa ai ký" in unsigned.output) == (2, True)
    office.sign("author")
    refused = office.release()
    assert refused.exit_code == 2
    assert "1/2" in refused.output
    assert "người còn thiếu phải ký" in refused.output
    assert office.released(Target.BUNDLE) is None


def test_what_changed_after_signing_is_signed_again(office: Office) -> None:
    office.sign("author")
    office.sign("approver")
    office.write_bundle("Tin khác")
    assert "changed after it was signed" in office.release().output
    office.sign("author")
    assert "signatures so far: 1" in office.sign("approver").output
    assert office.release().exit_code == 0


def test_a_signer_may_say_no(office: Office) -> None:
    refused = office.type("sign", office.draft, "--site", office.site, "--key", office.key("author"), answer="n\n")
    assert refused.exit_code == 1
    assert not (office.draft / "bundle.proposal").exists()


def test_a_policy_goes_the_same_way(office: Office, tmp_path: Path) -> None:
    policy = Policy(format=1, channel=CHANNEL, sessions_per_day=2)
    file = tmp_path / "policy.json"
    file.write_bytes(compact(policy))
    office.sign("policy-author", file)
    office.sign("policy-approver", file)
    assert office.release(file).exit_code == 0
    assert office.released(Target.POLICY) == policy


def test_an_alert_joins_those_in_force(office: Office) -> None:
    for name in ("lu-1", "lu-2"):
        (alert,) = flood_alert(NOW, identifier=name).alerts
        file = office.draft / "alerts" / f"{name}.json"
        file.write_text(alert.model_dump_json())
        assert office.alert(file).exit_code == 0
    alerts = office.released(Target.ALERTS)
    assert isinstance(alerts, AlertSet)
    assert [alert.identifier for alert in alerts.alerts] == ["lu-1", "lu-2"]


def test_a_prepared_alert_that_sounds_carries_the_hour_at_which_it_was_released(office: Office) -> None:
    """An airing that comes late, after a power cut, says first when the alert was sent."""
    (alert,) = flood_alert(NOW, speech=b"speech").alerts
    Blobs(office.draft).keep(b"speech")
    file = office.draft / "alerts" / "lu-1.json"
    file.write_text(alert.model_dump_json())
    assert office.alert(file, "--now").exit_code == 0
    alerts = office.released(Target.ALERTS)
    assert isinstance(alerts, AlertSet)
    issued = alerts.alerts[0].versions[0].issued
    assert issued is not None
    assert Site(office.site).blob(issued.sha256).stat().st_size == issued.size


def test_an_alert_in_an_old_encoding_is_told_before_a_key_is_unlocked_and_sent_if_it_cannot_wait(office: Office) -> None:
    (alert,) = flood_alert(NOW).alerts
    (text,) = alert.versions
    file = office.draft / "alerts" / "lu-1.json"
    typed = text.model_copy(update={"headline": "Lò ®ang lªn rÊt nhanh, ch¹y ngay", "where": "Xã Mẫu 漢"})
    file.write_text(alert.model_copy(update={"versions": (typed,)}).model_dump_json(), encoding="utf-8")
    refused = office.alert(file)
    assert refused.exit_code == 2
    assert "TCVN3 (ABC)" in refused.output
    assert "“Lũ đang lên rất nhanh, chạy ngay”" in refused.output
    assert "U+6F22" in refused.output
    assert "--as-it-is" in refused.output
    assert office.released(Target.ALERTS) is None
    assert office.alert(file, "--as-it-is").exit_code == 0
    assert office.released(Target.ALERTS) is not None


def test_an_alert_may_be_typed_as_toml(office: Office) -> None:
    file = office.draft / "lu.toml"
    file.write_text(
        f"""
sender = "pctt@tinh.example"
identifier = "lu-3"
sent = {NOW.isoformat()}
status = "Actual"
message_type = "Alert"
event = "Lũ"
level = 3

[[versions]]
language = "vi"
headline = "Lũ đang lên"
instruction = "Lên nhà văn hóa ngay."
where = "Xã Bản Mẫu"

[provenance]
author = "Đinh Thị Gió"
approver = "Trần Văn Mưa"
issuing_body = "UBND xã Bản Mẫu"
""",
        encoding="utf-8",
    )
    done = office.alert(file)
    assert done.exit_code == 0, done.output
    file.write_text('sender = "x"\nevent = 3\n', encoding="utf-8")
    refused = office.alert(file)
    assert refused.exit_code == 2
    assert "identifier" in refused.output
    assert "event" in refused.output


def test_stop_withdraws_kills_and_lifts(office: Office) -> None:
    office.sign("author")
    office.sign("approver")
    office.release()
    assert office.stop("--withdraw", "tiem-chung", "--reason", "sai giờ").exit_code == 0
    assert office.stop("--kill", "--reason", "bị chiếm quyền", "--area", CHANNEL).exit_code == 0
    found = office.released(Target.STOP)
    assert isinstance(found, StopList)
    assert (found.withdrawn[0].item, found.withdrawn[0].version, found.kills[0].areas) == ("tiem-chung", 1, (CHANNEL,))
    assert office.stop("--lift").exit_code == 0
    lifted = office.released(Target.STOP)
    assert isinstance(lifted, StopList)
    assert (lifted.kills, lifted.withdrawn) == ((), found.withdrawn)
    assert "not in the release tree" in office.stop("--lift", "--of", f"{CHANNEL}.01").output


def test_one_person_ends_an_alert_and_a_later_withdrawal_keeps_it_ended(office: Office) -> None:
    office.sign("author")
    office.sign("approver")
    office.release()
    (prepared,) = flood_alert(NOW - timedelta(days=3), identifier="lu-1").alerts
    file = office.draft / "alerts" / "flood.json"
    file.write_text(prepared.model_dump_json(), encoding="utf-8")
    assert office.alert(file, "--now").exit_code == 0
    alerts = office.released(Target.ALERTS)
    assert isinstance(alerts, AlertSet)
    (sent,) = alerts.alerts
    assert sent.sent >= NOW
    assert sent.expires is not None
    assert prepared.expires is not None
    assert sent.expires - sent.sent == prepared.expires - prepared.sent
    assert office.stop("--cancel", "no-such").exit_code == 2
    assert office.stop("--cancel", "lu-1").exit_code == 0
    assert office.stop("--withdraw", "tiem-chung", "--reason", "sai giờ").exit_code == 0
    stops = office.released(Target.STOP)
    assert isinstance(stops, StopList)
    assert [ended.identity() for ended in stops.cancelled] == [sent.identity()]
    assert [entry.item for entry in stops.withdrawn] == ["tiem-chung"]


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--kill",),
        ("--kill", "--lift", "--reason", "x"),
        ("--withdraw", "a", "--kill", "--reason", "x"),
        ("--kill", "--of", "vn", "--reason", "x"),
    ],
)
def test_stop_wants_exactly_one_thing_and_a_reason(office: Office, words: tuple[str, ...]) -> None:
    assert office.stop(*words).exit_code == 2


def test_who_may_stop_a_commune_may_not_stop_its_province(tmp_path: Path) -> None:
    office = Office(tmp_path)
    cells = ("--channel", "vn.20", "--channel", f"{CHANNEL}=officer,vice-chair")
    assert office.type("keys", office.keys, "--site", office.site, *cells, "--no-passphrase", "all").exit_code == 0
    words = ("--site", office.site, "--online-key", office.key("online"), "--kill", "--reason", "thử")
    refused = office.type("stop", *words, "--channel", "vn.20", "--stop-key", office.key("stop"))
    assert refused.exit_code == 2
    assert "0/1" in refused.output
    province = office.keys / "vn.20-stop.json"
    assert office.type("stop", *words, "--channel", "vn.20", "--stop-key", province).exit_code == 0
    above, below = (office.type("person", "list", "--site", office.site, "--channel", code).output for code in ("vn.20", CHANNEL))
    both = {line for line in above.splitlines() if line in below}
    assert len(both) == 2, "nobody sits in both but who signs software"
    assert all(line.startswith("software") for line in both)
    assert "officer" in below


def test_renewing_signs_every_cell(office: Office) -> None:
    done = office.type("renew", "--site", office.site, "--online-key", office.key("online"))
    assert done.output.strip() == f"{CHANNEL}: timestamp v2"


def test_a_wrong_key_is_said_at_release(office: Office) -> None:
    office.sign("author")
    office.sign("ops")
    assert "1/2" in office.release().output


def test_a_folder_without_a_draft_is_refused(office: Office, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "make the draft first" in office.sign("author", tmp_path / "empty").output
    notes = tmp_path / "notes.json"
    notes.write_text(json.dumps({"channel": CHANNEL}))
    assert "unknown kind" in office.sign("author", notes).output
