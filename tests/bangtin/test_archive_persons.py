"""The archive when persons change: an exception stands on it with its reason, and a key revoked since changes nothing of before."""

from datetime import timedelta

from bangtin.archive.verify import verify_archive
from bundle.trust import Role, Target
from registry.trust.delegations import Duty, Seat, allow_one_person, leave_seat, take_seat
from registry.trust.keys import make_key
from registry.trust.proposal import compact
from registry.trust.release import release
from registry.trust.seating import Reseating
from registry.trust.state import Again
from tests.bangtin.archived import export, facts, notice, text_of
from tests.simulators.content import CHANNEL, small_bundle

REASON = "xã chỉ còn một cán bộ"


async def test_one_person_alone_stands_on_it_with_the_reason_that_the_province_signed(past):
    publisher = past.publisher
    past.later(days=2)  # the flood is over
    allow = Reseating(
        publisher.tree,
        CHANNEL,
        lambda targets: allow_one_person(targets, Role.CONTENT, REASON, None),
        publisher.keys["targets"],
        publisher.online,
    )
    allow.carry_out(past.at)
    made = small_bundle(past.at).model_copy(update={"version": 9, "notices": (notice("mot-minh", "Tin một người ký"),)})
    publisher.now = past.at
    alone = publisher.signed(CHANNEL, Target.BUNDLE, compact(made), f"{CHANNEL}-author")
    release(publisher.tree, alone, publisher.online, past.at)
    past._arrives(Target.BUNDLE)
    shown = past.at
    past.watch(120)
    await past.report()
    export(past, "out", shown + timedelta(seconds=30))
    verify_archive(past.folder / "out")
    assert {item.item: item.alone for item in facts(past, "out").items}["mot-minh"] == REASON
    assert f"an exception that the province signed</i>: {REASON}" in text_of(past.folder / "out")
    export(past, "before")
    assert {item.alone for item in facts(past, "before").items} == {None}
    assert REASON not in text_of(past.folder / "before")


async def test_a_key_that_was_revoked_since_changes_nothing_of_what_it_signed_before(past):
    before, publisher = export(past, "out"), past.publisher
    new = publisher.keys[f"{CHANNEL}-author"], make_key(publisher.keys_folder, "moi", "Vàng Thị Sương")

    def replaced(targets):
        leave_seat(targets, Role.CONTENT, new[0].keyid)
        take_seat(targets, Seat(Role.CONTENT, Duty.AUTHOR, new[1].holder))

    again = Again(keys=[new[1], publisher.keys[f"{CHANNEL}-approver"]])
    Reseating(publisher.tree, CHANNEL, replaced, publisher.keys["targets"], publisher.online, again).carry_out(past.at)
    publisher.keys[f"{CHANNEL}-author"] = new[1]
    past.bundle(9, notice("moi", "Tin của người mới"))
    publisher.rotate_online()
    assert export(past, "again") == before
    assert verify_archive(past.folder / "again").seal == before
    assert "Lò Thị Mây" in text_of(past.folder / "again")
