"""The ceremonies as officers type them: hand in a public half, replace, revoke, rotate, seal, activate, and the drill."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bundle.alert import AlertSet
from bundle.trust import Target, verify_pack
from bundle.trust.verify import Verified
from registry.trust.commands import COMMANDS
from registry.trust.drill import PLACE, invented, rehearse
from registry.trust.site import Site, make_pack
from registry.trust.urgent import released_document
from tests.registry.test_trust_commands import CHANNEL, NOW, Office
from tests.simulators.content import flood_alert


class Province(Office):
    """The same office with the province's desk beside it."""

    def do(self, *words: object, answer: str = "y\n") -> Result:
        done = self.say(*words, answer=answer)
        assert done.exit_code == 0, done.output
        return done

    def say(self, name: str, *words: object, answer: str = "y\n") -> Result:
        command = next(command for command in COMMANDS if command.name == name)
        return CliRunner().invoke(command, [str(word) for word in words], input=answer)

    def new(self, name: str, person: str) -> Path:
        self.do("key", self.keys, name, "--person", person, "--no-passphrase")
        return self.keys / f"{name}.public.json"

    @property
    def desk(self) -> tuple[object, ...]:
        return ("--site", self.site, "--channel", CHANNEL, "--targets-key", self.key("targets"), "--online-key", self.key("online"))

    def believed(self, target: Target = Target.BUNDLE) -> Verified:
        site = Site(self.site)
        return verify_pack(make_pack(site, CHANNEL, target), site.root(), CHANNEL, target)


@pytest.fixture
def office(tmp_path: Path) -> Province:
    made = Province(tmp_path)
    assert made.ceremony().exit_code == 0
    made.sign("author")
    made.sign("approver")
    assert made.release().exit_code == 0
    return made


def test_the_ceremony_takes_public_halves_made_elsewhere(tmp_path: Path) -> None:
    office = Province(tmp_path)
    half = office.new(f"{CHANNEL}-author", "Lò Thị Mây")
    kept = office.key("author").rename(tmp_path / "at-home.json")
    assert office.ceremony().exit_code == 0
    assert not office.key("author").exists()
    assert json.loads(half.read_text())["private"] == ""
    signed = office.type("sign", office.draft, "--site", office.site, "--key", kept, "--yes")
    assert signed.exit_code == 0, signed.output
    office.sign("approver")
    assert office.release().exit_code == 0
    assert office.believed().authors == ("Lò Thị Mây",)


def test_a_lost_approver_key_is_replaced_and_what_it_signed_is_signed_again(office: Province) -> None:
    half = office.new("approver-2", "Trần Văn Mưa, khóa mới")
    words = ("person", "replace", f"{CHANNEL}-approver", half, "--role", "content", *office.desk)
    refused = office.say(*words, "--yes")
    assert refused.exit_code == 2
    assert "bundle.json: cần chữ ký mới" in refused.output
    assert office.believed().delegations == 1
    done = office.do(*words, "--sign-with", office.key("author"), "--sign-with", office.key("approver-2"))
    assert f"− content · người duyệt (approver) · {CHANNEL}-approver" in done.output
    assert "+ content · người duyệt (approver) · Trần Văn Mưa, khóa mới" in done.output
    assert office.believed().approvers == ("Trần Văn Mưa, khóa mới",)


def test_who_says_no_changes_nothing(office: Province) -> None:
    half = office.new("author-2", "Lường Văn Mới")
    said = office.say("person", "add", half, "--role", "content", *office.desk, answer="n\n")
    assert said.exit_code == 1
    assert "Lường Văn Mới" in said.output
    assert "Lường" not in office.do("person", "list", "--site", office.site, "--channel", CHANNEL).output


def test_a_stolen_key_is_revoked_with_signatures_made_at_the_commune(office: Province, tmp_path: Path) -> None:
    """The persons who remain are elsewhere: they sign what is on air again, and the province releases both together."""
    office.do("person", "add", office.new("author-2", "Lường Văn Mới"), "--role", "content", *office.desk)
    away = tmp_path / "away"
    office.do("reissue", away, "--site", office.site, "--channel", CHANNEL, "--target", "bundle.json")
    for name in ("author-2", "approver"):
        assert office.sign(name, away).exit_code == 0
    done = office.do("person", "revoke", "Lò Thị Mây", "--role", "content", *office.desk, "--signed", away / "bundle.proposal")
    assert "− content · người soạn (author) · Lò Thị Mây" in done.output
    assert (office.believed().authors, office.believed().version) == (("Lường Văn Mới",), 2)


def test_an_exception_is_recorded_shown_and_ended(office: Province) -> None:
    office.do("person", "one-person", "--role", "content", "--reason", "nghỉ Tết", "--until", "2199-01-31", *office.desk)
    listed = office.do("person", "list", "--site", office.site, "--channel", CHANNEL).output
    assert "one person is enough): nghỉ Tết, đến / until 2199-01-31T23:59:59Z" in listed
    office.write_bundle("Chúc mừng năm mới")
    office.sign("author")
    assert "one person signed, by exception: nghỉ Tết" in office.release().output
    assert office.believed().alone == "nghỉ Tết"
    both = ("--sign-with", office.key("author"), "--sign-with", office.key("approver"))
    office.do("person", "two-persons", "--role", "content", *office.desk, *both)
    assert office.believed().alone is None


def test_each_key_of_the_root_is_rotated(office: Province) -> None:
    tree = ("--site", office.site)
    for name in ("root-2", "online-2", "targets-2"):
        office.new(name, f"người giữ {name}")
    done = office.do("rotate", "root", *tree, "--root-key", office.key("root"), "--new-key", office.key("root-2"))
    assert "v1 → v2" in done.output
    old = office.say("rotate", "online", *tree, "--root-key", office.key("root"), "--new-key", office.key("online-2"))
    assert "would not accept this root" in old.output
    keys = ("--root-key", office.key("root-2"), "--new-key")
    assert "is it right?" in office.do("rotate", "online", *tree, *keys, office.key("online-2")).output
    online = ("--online-key", office.key("online-2"))
    office.do("rotate", "targets", *tree, *keys, office.key("targets-2"), *online)
    assert (office.believed().root, office.believed().delegations) == (4, 2)
    assert "2040" in office.do("rotate", "online", "--help").output
    assert office.type("renew", *tree, *online).exit_code == 0
    # A release machine that still renews with the old key would spoil every cell.
    assert "not the" in office.say("renew", *tree, "--online-key", office.key("online")).output
    assert office.believed().root == 4


def test_by_day_sealed_by_night_activated(office: Province, tmp_path: Path) -> None:
    sealed = tmp_path / "envelope.json"
    half = office.new("substitute", "Vàng Thị Thay")
    tree = ("--site", office.site, "--channel", CHANNEL)
    office.do("substitute", "seal", sealed, *tree, "--targets-key", office.key("targets"), "--seat", f"alerts={half}")
    alert = office.draft / "alerts" / "flood.json"
    alert.write_text(flood_alert(NOW).alerts[0].model_dump_json(), encoding="utf-8")
    signers = ("--author-key", office.key("alerts-author"), "--approver-key", office.key("substitute"))
    words = (alert, *tree, *signers, "--online-key", office.key("online"))
    assert "1/2" in office.say("alert", *words).output
    night = office.do("substitute", "activate", sealed, "--site", office.site, "--online-key", office.key("online"))
    assert "+ alerts · người duyệt (approver) · Vàng Thị Thay" in night.output
    office.do("alert", *words)
    assert office.believed(Target.ALERTS).approvers == ("Vàng Thị Thay",)
    again = office.say("substitute", "activate", sealed, "--site", office.site, "--online-key", office.key("online"))
    assert "seal it again" in again.output


def test_a_change_of_persons_seals_the_substitute_again(office: Province, tmp_path: Path) -> None:
    sealed = tmp_path / "envelope.json"
    half = office.new("substitute", "Vàng Thị Thay")
    targets = ("--targets-key", office.key("targets"))
    office.do("substitute", "seal", sealed, "--site", office.site, "--channel", CHANNEL, *targets, "--seat", f"alerts={half}")
    office.do("person", "add", office.new("author-2", "Lường Văn Mới"), "--role", "content", *office.desk, "--reseal", sealed)
    office.do("substitute", "activate", sealed, "--site", office.site, "--online-key", office.key("online"))
    listed = office.do("person", "list", "--site", office.site, "--channel", CHANNEL).output
    assert "Vàng Thị Thay" in listed
    assert "Lường Văn Mới" in listed


def test_the_drill_ends_with_a_unit_that_believes_author_and_substitute(office: Province, tmp_path: Path) -> None:
    sealed = tmp_path / "envelope.json"
    half = office.new("substitute", "Vàng Thị Thay")
    targets = ("--targets-key", office.key("targets"))
    office.do("substitute", "seal", sealed, "--site", office.site, "--channel", CHANNEL, *targets, "--seat", f"alerts={half}")
    before = {path: path.read_bytes() for path in office.site.rglob("*") if path.is_file()}
    keys = ("--author-key", office.key("alerts-author"), "--substitute-key", office.key("substitute"), "--online-key", office.key("online"))
    done = office.do("drill", "--site", office.site, "--sealed", sealed, *keys, answer="\n" * 6)
    assert "alerts-author, Vàng Thị Thay / a unit believes it" in done.output
    assert done.output.count(" s  ") == 6
    assert {path: path.read_bytes() for path in office.site.rglob("*") if path.is_file()} == before
    wrong = (*keys[:2], "--substitute-key", office.key("ops"), *keys[4:])
    assert "1/2" in office.say("drill", "--site", office.site, "--sealed", sealed, *wrong, "--yes").output


def test_the_drill_needs_nothing_to_be_practised(tmp_path: Path) -> None:
    practised = Province(tmp_path).do("drill", "--yes")
    assert "a unit believes it" in practised.output
    assert "--sealed" in Province(tmp_path / "b").say("drill", "--site", tmp_path).output


def test_the_exercise_says_that_it_is_one(tmp_path: Path) -> None:
    cast = invented(tmp_path, NOW)
    rehearse(cast, NOW, lambda title, detail: None)
    alerts = released_document(cast.site, PLACE, Target.ALERTS)
    assert isinstance(alerts, AlertSet)
    assert [alert.status.value for alert in alerts.alerts] == ["Exercise"]
