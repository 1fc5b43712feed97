"""Persons come and go: what is released stays believable at every step, or the step is refused and changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Targets

from bundle.errors import Refused
from bundle.trust import Role, Target, verify_pack
from bundle.trust.verify import Verified
from registry.trust.delegations import Duty, Seat, allow_one_person, described, leave_seat, require_two_persons, take_seat
from registry.trust.keys import PersonKey, make_key
from registry.trust.proposal import compact
from registry.trust.seating import Reseating
from registry.trust.state import Again
from tests.simulators.content import CHANNEL, flood_alert, funeral, small_bundle
from tests.simulators.publisher import Publisher


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path, ["vn.20", CHANNEL])
    made.release_bundle(CHANNEL, small_bundle(made.now))
    made.release_alerts(CHANNEL, flood_alert(made.now))
    return made


def change(publisher: Publisher, edit: Callable[[Targets], object], again: Again | None = None) -> Reseating:
    return Reseating(publisher.tree, CHANNEL, edit, publisher.keys["targets"], publisher.online, again)


def believed(publisher: Publisher, target: Target = Target.BUNDLE) -> Verified:
    return verify_pack(publisher.pack(CHANNEL, target), publisher.root_bytes, CHANNEL, target)


def newcomer(publisher: Publisher, name: str, person: str) -> PersonKey:
    publisher.keys[name] = make_key(publisher.keys_folder, name, person)
    return publisher.keys[name]


def tree(publisher: Publisher) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in publisher.site.rglob("*") if path.is_file()}


def author(publisher: Publisher) -> PersonKey:
    return publisher.keys[f"{CHANNEL}-author"]


def approver(publisher: Publisher) -> PersonKey:
    return publisher.keys[f"{CHANNEL}-approver"]


def test_a_new_author_signs_at_once_and_the_old_signatures_stay_good(publisher: Publisher) -> None:
    new = newcomer(publisher, "new", "Lường Văn Mới")
    done = change(publisher, lambda targets: take_seat(targets, Seat(Role.CONTENT, Duty.AUTHOR, new.holder))).carry_out(publisher.now)
    assert done.again == ()
    assert believed(publisher).version == 1
    proposal = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now)), "new", f"{CHANNEL}-approver")
    publisher.force(proposal)
    assert believed(publisher).authors == ("Lường Văn Mới",)


def test_revoking_who_signed_is_refused_and_names_every_document(publisher: Publisher) -> None:
    new = newcomer(publisher, "new", "Lường Văn Mới")

    def edit(targets: Targets) -> None:
        leave_seat(targets, Role.CONTENT, author(publisher).person)
        take_seat(targets, Seat(Role.CONTENT, Duty.AUTHOR, new.holder))

    before = tree(publisher)
    for act in (change(publisher, edit).preview, change(publisher, edit).carry_out):
        with pytest.raises(Refused, match=r"bundle\.json: cần chữ ký mới") as refused:
            act(publisher.now)
        assert len(refused.value.complaints) == 1
    assert tree(publisher) == before


def test_a_replaced_author_and_the_documents_signed_again_arrive_together(publisher: Publisher) -> None:
    new = newcomer(publisher, "new", "Lường Văn Mới")

    def edit(targets: Targets) -> None:
        leave_seat(targets, Role.CONTENT, author(publisher).keyid[:12])
        take_seat(targets, Seat(Role.CONTENT, Duty.AUTHOR, new.holder))

    stolen = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now, title="Tin giả")))
    snapshot = publisher.tree.cell(CHANNEL).snapshot.signed.version
    step = change(publisher, edit, Again(keys=[new, approver(publisher)]))
    lines = "\n".join(step.preview(publisher.now))
    assert "− content · người soạn (author) · Lò Thị Mây" in lines
    assert "+ content · người soạn (author) · Lường Văn Mới" in lines
    assert "signed again: bundle.json" in lines
    step.carry_out(publisher.now)
    found = believed(publisher)
    assert (found.version, found.authors, found.delegations) == (2, ("Lường Văn Mới",), 2)
    assert publisher.tree.cell(CHANNEL).snapshot.signed.version == snapshot + 1
    assert publisher.tree.history(CHANNEL, Target.BUNDLE, 2).exists()
    publisher.force(stolen)
    with pytest.raises(Refused, match="1/2"):
        believed(publisher)


def test_documents_signed_elsewhere_serve_as_well_as_keys_that_are_here(publisher: Publisher) -> None:
    new = newcomer(publisher, "new", "Lường Văn Mới")

    def edit(targets: Targets) -> None:
        leave_seat(targets, Role.ALERTS, publisher.keys["alerts-author"].person)
        take_seat(targets, Seat(Role.ALERTS, Duty.AUTHOR, new.holder))

    signed = publisher.signed(CHANNEL, Target.ALERTS, compact(flood_alert(publisher.now)), "new", "alerts-approver")
    change(publisher, edit, Again([signed])).carry_out(publisher.now)
    assert believed(publisher, Target.ALERTS).authors == ("Lường Văn Mới",)
    with pytest.raises(Refused, match="another state"):
        change(publisher, lambda _: None, Again([signed])).carry_out(publisher.now)


@pytest.mark.parametrize("role", [Role.STOP, Role.OPS, Role.POLICY, Role.CONTENT, Role.SOFTWARE])
def test_the_last_person_of_a_side_cannot_leave(publisher: Publisher, role: Role) -> None:
    targets = publisher.tree.cell(CHANNEL).targets.signed
    for keyid in targets.delegations.roles[role.value].keyids:
        with pytest.raises(Refused, match="nobody would be left"):
            change(publisher, lambda targets, keyid=keyid: leave_seat(targets, role, keyid)).carry_out(publisher.now)


def test_one_person_never_sits_on_both_sides(publisher: Publisher) -> None:
    twice = newcomer(publisher, "twice", f"  lò thị MÂY ({CHANNEL})")
    with pytest.raises(Refused, match="is author and approver"):
        change(publisher, lambda targets: take_seat(targets, Seat(Role.CONTENT, Duty.APPROVER, twice.holder))).carry_out(publisher.now)
    with pytest.raises(Refused, match="this key is here already"):
        change(publisher, lambda targets: take_seat(targets, Seat(Role.CONTENT, Duty.APPROVER, author(publisher).holder))).carry_out(
            publisher.now
        )
    with pytest.raises(Refused, match="one person signs here"):
        change(publisher, lambda targets: take_seat(targets, Seat(Role.STOP, Duty.APPROVER, twice.holder))).carry_out(publisher.now)


def test_a_name_that_fits_nobody_is_answered_with_those_who_sit_there(publisher: Publisher) -> None:
    with pytest.raises(Refused, match=r"nobody.*Đinh Thị Gió"):
        change(publisher, lambda targets: leave_seat(targets, Role.ALERTS, "Người Lạ")).preview(publisher.now)


def test_the_wrong_keys_are_found_before_anything_is_written(publisher: Publisher) -> None:
    new = newcomer(publisher, "new", "Lường Văn Mới")
    before = tree(publisher)
    for targets_key, online in ((new, publisher.online), (publisher.keys["targets"], new)):
        step = Reseating(publisher.tree, "vn.20", lambda _: None, targets_key, online)
        with pytest.raises(Refused, match="not the"):
            step.carry_out(publisher.now)
    assert tree(publisher) == before


def exception(publisher: Publisher, until: timedelta | None = None) -> None:
    end = publisher.now + until if until else None
    change(publisher, lambda targets: allow_one_person(targets, Role.CONTENT, "xã chỉ còn một cán bộ", end)).carry_out(publisher.now)


def alone(publisher: Publisher, name: str = "author") -> Verified:
    publisher.force(publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now)), f"{CHANNEL}-{name}"))
    return believed(publisher)


@pytest.mark.parametrize("name", ["author", "approver"])
def test_a_recorded_exception_lets_one_person_sign_and_says_so(publisher: Publisher, name: str) -> None:
    exception(publisher)
    assert believed(publisher).alone is None
    assert alone(publisher, name).alone == "xã chỉ còn một cán bộ"
    assert any("one person is enough" in line for line in described(publisher.tree.cell(CHANNEL).targets.signed))


def test_the_exception_is_for_its_role_alone(publisher: Publisher) -> None:
    exception(publisher)
    publisher.force(publisher.signed(CHANNEL, Target.ALERTS, compact(flood_alert(publisher.now)), "alerts-author"))
    with pytest.raises(Refused, match="1/2"):
        believed(publisher, Target.ALERTS)


def test_the_exception_ends_on_its_day(publisher: Publisher) -> None:
    exception(publisher, timedelta(days=3))
    assert alone(publisher).alone
    publisher.later(days=4)
    with pytest.raises(Refused, match="approver"):
        alone(publisher)


def test_ending_the_exception_needs_the_second_signature(publisher: Publisher) -> None:
    exception(publisher)
    alone(publisher)
    with pytest.raises(Refused, match="needs new signatures"):
        change(publisher, lambda targets: require_two_persons(targets, Role.CONTENT)).carry_out(publisher.now)
    both = Again(keys=[author(publisher), approver(publisher)])
    change(publisher, lambda targets: require_two_persons(targets, Role.CONTENT), both).carry_out(publisher.now)
    assert believed(publisher).alone is None


@pytest.mark.parametrize(
    "field", ["yes", {}, {"reason": " "}, {"reason": "x", "until": "soon"}, {"reason": "x", "for": "ever"}, None, {"until": "2030"}]
)
def test_an_exception_that_gives_no_reason_is_none(publisher: Publisher, field: object) -> None:
    def edit(targets: Targets) -> None:
        targets.delegations.roles["content"].threshold = 1
        targets.delegations.roles["content"].unrecognized_fields["x-one-person"] = field

    publisher.sign_targets(CHANNEL, edit)
    assert believed(publisher).alone is None
    with pytest.raises(Refused, match="not a reason with a date"):
        alone(publisher)


def test_a_threshold_of_one_without_the_record_is_no_exception(publisher: Publisher) -> None:
    publisher.sign_targets(CHANNEL, lambda targets: setattr(targets.delegations.roles["content"], "threshold", 1))
    with pytest.raises(Refused, match="approver"):
        alone(publisher)


def test_one_key_in_two_spellings_is_one_person(publisher: Publisher) -> None:
    """TUF counts key ids: an Ed25519 key in capital letters has another id and the same secret."""
    key = author(publisher)

    def edit(targets: Targets) -> None:
        content = targets.delegations.roles["content"]
        (_, second) = content.keyids
        targets.delegations.keys[second].keyval["public"] = key.public.keyval["public"].upper()

    publisher.sign_targets(CHANNEL, edit)
    proposal = publisher.signed(CHANNEL, Target.BUNDLE, compact(small_bundle(publisher.now)), f"{CHANNEL}-author")
    metadata = Metadata[Targets].from_bytes(proposal.role.encode())
    (signature,) = metadata.signatures.values()
    metadata.signatures[approver(publisher).keyid] = type(signature)(approver(publisher).keyid, signature.signature)
    publisher.force(proposal.model_copy(update={"role": metadata.to_bytes().decode()}))
    with pytest.raises(Refused, match="one person"):
        believed(publisher)


def test_a_tree_of_the_first_days_without_a_software_role_still_verifies(publisher: Publisher) -> None:
    def older(targets: Targets) -> None:
        del targets.delegations.roles["software"]

    publisher.sign_targets(CHANNEL, older)
    assert believed(publisher).version == 1
    assert believed(publisher, Target.ALERTS).version == 1
    with pytest.raises(Refused, match="no such role"):
        change(publisher, lambda targets: leave_seat(targets, Role.SOFTWARE, "x")).preview(publisher.now)
    new = newcomer(publisher, "new", "Lường Văn Mới")
    change(publisher, lambda targets: take_seat(targets, Seat(Role.CONTENT, Duty.AUTHOR, new.holder))).carry_out(publisher.now)
    assert believed(publisher).delegations == 3


def test_a_tree_of_an_older_release_takes_orders_once_somebody_is_seated_anew(publisher: Publisher) -> None:
    def as_it_was(targets: Targets) -> None:
        assert targets.delegations is not None
        assert targets.delegations.roles is not None
        targets.delegations.roles["ops"].paths = [f"{CHANNEL}/unit-*.json"]

    publisher.sign_targets(CHANNEL, as_it_was)
    with pytest.raises(Refused, match="ops"):
        publisher.release_orders(CHANNEL, funeral(publisher.now))
    new = newcomer(publisher, "new", "Lường Văn Mới")
    change(publisher, lambda targets: take_seat(targets, Seat(Role.OPS, Duty.AUTHOR, new.holder))).carry_out(publisher.now)
    publisher.release_orders(CHANNEL, funeral(publisher.now))
    assert believed(publisher, Target.OPS).authors == (publisher.keys["ops"].person,)
