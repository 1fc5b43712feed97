"""At two in the night the approver cannot be reached: a sealed substitute counts from its activation on, and not before."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tuf.api.metadata import Targets

from bundle.errors import Refused
from bundle.trust import Role, Target, verify_pack
from registry.trust import release
from registry.trust.delegations import Duty, Seat, leave_seat, take_seat
from registry.trust.keys import PersonKey, make_key
from registry.trust.proposal import Proposal, compact
from registry.trust.seating import Reseating
from registry.trust.state import Again
from registry.trust.substitute import SealedSubstitute, activate, load_sealed, save_sealed, seal, seal_again, unsealing
from tests.simulators.content import CHANNEL, flood_alert, small_bundle
from tests.simulators.publisher import Publisher


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path, [CHANNEL])
    made.release_bundle(CHANNEL, small_bundle(made.now))
    made.release_alerts(CHANNEL, flood_alert(made.now))
    made.keys["substitute"] = make_key(made.keys_folder, "substitute", "Vàng Thị Thay")
    return made


@pytest.fixture
def sealed(publisher: Publisher) -> SealedSubstitute:
    seats = [Seat(role, Duty.APPROVER, publisher.keys["substitute"].holder) for role in (Role.ALERTS, Role.CONTENT)]
    return seal(publisher.tree, CHANNEL, seats, publisher.keys["targets"], publisher.now)


def alert(publisher: Publisher, second: str = "substitute") -> Proposal:
    return publisher.signed(CHANNEL, Target.ALERTS, compact(flood_alert(publisher.now, identifier="lu-2")), "alerts-author", second)


def approvers(publisher: Publisher) -> tuple[str, ...]:
    return verify_pack(publisher.pack(CHANNEL, Target.ALERTS), publisher.root_bytes, CHANNEL, Target.ALERTS).approvers


def test_before_activation_the_substitute_is_nobody(publisher: Publisher, sealed: SealedSubstitute) -> None:
    with pytest.raises(Refused, match="1/2"):
        release(publisher.tree, alert(publisher), publisher.online, publisher.now)
    publisher.force(alert(publisher))
    with pytest.raises(Refused, match="1/2"):
        approvers(publisher)


def test_the_online_key_alone_activates_and_what_was_signed_stays_good(publisher: Publisher, sealed: SealedSubstitute) -> None:
    assert any("+ alerts · người duyệt (approver) · Vàng Thị Thay" in line for line in unsealing(publisher.tree, sealed))
    done = activate(publisher.tree, sealed, publisher.online, publisher.now)
    assert done.again == ()
    assert approvers(publisher) == ("Trần Văn Mưa",)
    release(publisher.tree, alert(publisher), publisher.online, publisher.now)
    assert approvers(publisher) == ("Vàng Thị Thay",)


def test_a_document_that_was_broken_before_does_not_hold_up_the_night(publisher: Publisher, sealed: SealedSubstitute) -> None:
    publisher.force(publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now)), f"{CHANNEL}-author"))
    done = activate(publisher.tree, sealed, publisher.online, publisher.now)
    assert [complaint.where for complaint in done.left] == [f"{CHANNEL}/bundle.json"]
    release(publisher.tree, alert(publisher), publisher.online, publisher.now)
    assert approvers(publisher) == ("Vàng Thị Thay",)


def test_whoever_has_the_seal_but_not_the_online_key_has_nothing(publisher: Publisher, sealed: SealedSubstitute) -> None:
    with pytest.raises(Refused, match="not the snapshot key"):
        activate(publisher.tree, sealed, publisher.keys["substitute"], publisher.now)


def test_whoever_has_the_online_key_cannot_make_a_seal(publisher: Publisher) -> None:
    seats = [Seat(Role.ALERTS, Duty.APPROVER, publisher.keys["substitute"].holder)]
    forged = seal(publisher.tree, CHANNEL, seats, publisher.online, publisher.now)
    with pytest.raises(Refused, match="not the targets key"):
        activate(publisher.tree, forged, publisher.online, publisher.now)


def test_two_approvers_are_no_author(publisher: Publisher, sealed: SealedSubstitute) -> None:
    activate(publisher.tree, sealed, publisher.online, publisher.now)
    content = compact(flood_alert(publisher.now, identifier="lu-2"))
    two_approvers = publisher.signed(CHANNEL, Target.ALERTS, content, "alerts-approver", "substitute")
    with pytest.raises(Refused, match="author"):
        release(publisher.tree, two_approvers, publisher.online, publisher.now)


def reseat(publisher: Publisher, edit: Callable[..., object], *keys: PersonKey) -> None:
    Reseating(publisher.tree, CHANNEL, edit, publisher.keys["targets"], publisher.online, Again(keys=keys)).carry_out(publisher.now)


def test_an_old_seal_never_brings_back_who_was_revoked(publisher: Publisher, sealed: SealedSubstitute) -> None:
    new = make_key(publisher.keys_folder, "new", "Lường Văn Mới")

    def edit(targets: Targets) -> None:
        leave_seat(targets, Role.ALERTS, "Trần Văn Mưa")
        take_seat(targets, Seat(Role.ALERTS, Duty.APPROVER, new.holder))

    reseat(publisher, edit, publisher.keys["alerts-author"], new)
    with pytest.raises(Refused, match="sealed over delegations that have changed"):
        activate(publisher.tree, sealed, publisher.online, publisher.now)
    again = seal_again(publisher.tree, sealed, publisher.keys["targets"], publisher.now)
    activate(publisher.tree, again, publisher.online, publisher.now)
    release(publisher.tree, alert(publisher), publisher.online, publisher.now)
    assert approvers(publisher) == ("Vàng Thị Thay",)


def test_in_the_morning_the_substitute_leaves_and_their_alert_is_signed_again(publisher: Publisher, sealed: SealedSubstitute) -> None:
    activate(publisher.tree, sealed, publisher.online, publisher.now)
    release(publisher.tree, alert(publisher), publisher.online, publisher.now)

    def edit(targets: Targets) -> None:
        leave_seat(targets, Role.ALERTS, "Vàng Thị Thay")

    with pytest.raises(Refused, match=r"alerts\.json: cần chữ ký mới"):
        reseat(publisher, edit)
    reseat(publisher, edit, publisher.keys["alerts-author"], publisher.keys["alerts-approver"])
    assert approvers(publisher) == ("Trần Văn Mưa",)


def test_a_sealed_file_is_kept_for_its_owner_and_read_back(publisher: Publisher, sealed: SealedSubstitute, tmp_path: Path) -> None:
    path = tmp_path / "sealed.json"
    save_sealed(path, sealed)
    assert path.stat().st_mode & 0o077 == 0
    assert load_sealed(path) == sealed
    path.write_text("{}")
    with pytest.raises(Refused):
        load_sealed(path)
    with pytest.raises(Refused, match="cannot read"):
        load_sealed(tmp_path / "absent")
