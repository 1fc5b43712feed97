"""Orders as people type them: one person gives one, it stands beside the others, ends by itself or is taken back."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bundle.errors import Refused
from bundle.items import LiveGrant
from bundle.orders import (
    MAX_ORDERS,
    LogOf,
    LogOrder,
    MuteOrder,
    Order,
    OrderKind,
    Orders,
    ReportOrder,
    ServiceOrder,
    ToneOrder,
    VolumeOrder,
)
from bundle.policy import Policy, QuietHours
from bundle.trust import Role, Target, verify_pack
from registry.trust.commands.order import order
from registry.trust.delegations import Duty, Seat, take_seat
from registry.trust.keys import make_key
from registry.trust.orders import Given, live_order, mute_order, released_orders, with_order
from registry.trust.proposal import compact
from tests.simulators.content import CHANNEL, PROVENANCE, small_bundle
from tests.simulators.publisher import Publisher

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
AT_ANY_HOUR = Policy(format=1, channel=CHANNEL, quiet_hours=())


class Office:
    """A commune's keys and release tree, with everybody's hands on one keyboard."""

    def __init__(self, folder: Path) -> None:
        self.publisher = Publisher(folder, [CHANNEL], now=NOW)
        self.person = self.publisher.keys["ops"].person
        self.publisher.release_policy(CHANNEL, AT_ANY_HOUR)

    def type(self, *words: object, key: str = "ops") -> Result:
        keys = ("--ops-key", self.publisher.keys_folder / f"{key}.json", "--online-key", self.publisher.keys_folder / "online.json")
        where = ("--site", self.publisher.site, "--channel", CHANNEL)
        return CliRunner().invoke(order, [str(word) for word in (*words, *where, *(() if words == ("list",) else keys))])

    @property
    def orders(self) -> tuple[Order, ...]:
        found = released_orders(self.publisher.tree, CHANNEL)
        return found.orders if found else ()

    def seat(self, name: str, person: str) -> None:
        """Another person who may give orders."""
        key = self.publisher.keys[name] = make_key(self.publisher.keys_folder, name, person)
        self.publisher.sign_targets(CHANNEL, lambda targets: take_seat(targets, Seat(Role.OPS, Duty.AUTHOR, key.holder)))

    def grant(self, person: str, minutes: float = 10.0, valid_until: datetime | None = None) -> None:
        leave = LiveGrant(
            id="noi-truc-tiep",
            provenance=PROVENANCE,
            title="Phát biểu của xã",
            person=person,
            url="https://so.example/live",
            minutes=minutes,
            valid_until=valid_until,
        )
        self.publisher.release_bundle(CHANNEL, small_bundle(NOW).model_copy(update={"live_grants": (leave,)}))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_one_person_orders_silence_for_a_funeral_and_units_believe_it(office: Office) -> None:
    done = office.type("mute", "--hours", 4, "--reason", "tang lễ cụ Hoa", "--area", f"{CHANNEL}.03")
    assert done.exit_code == 0, done.output
    assert "im tiếng · mute" in done.output
    (given,) = office.orders
    assert isinstance(given, MuteOrder)
    assert (given.person, given.areas, given.expires - given.since) == (office.person, (f"{CHANNEL}.03",), 4 * HOUR)
    publisher = office.publisher
    believed = verify_pack(publisher.pack(CHANNEL, Target.OPS), publisher.root_bytes, CHANNEL, Target.OPS)
    assert (believed.authors, believed.approvers) == ((office.person,), ())


def test_orders_stand_beside_each_other_and_one_is_taken_back(office: Office) -> None:
    assert office.type("volume", "--decibels", -12, "--hours", 2, "--reason", "thi tốt nghiệp").exit_code == 0
    assert office.type("tone", "--seconds", 3, "--from", "2026-12-31T09:00", "--reason", "thay loa").exit_code == 0
    quieter, tone = office.orders
    assert isinstance(quieter, VolumeOrder)
    assert isinstance(tone, ToneOrder)
    assert tone.since == datetime(2026, 12, 31, 2, 0, tzinfo=UTC), "local hours"
    told = office.type("list").output
    assert quieter.id in told
    assert tone.id in told
    assert office.type("revoke", quieter.id).exit_code == 0
    assert office.orders == (tone,)
    wrong = office.type("revoke", quieter.id)
    assert (wrong.exit_code, tone.id in wrong.output) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        ("mute", "--hours", 200, "--reason", "x"),
        ("mute", "--hours", 2),
        ("volume", "--decibels", 3, "--hours", 1, "--reason", "x"),
        ("tone", "--seconds", 31, "--reason", "x"),
        ("tone", "--from", "mai", "--reason", "x"),
        ("mute", "--hours", 2, "--reason", "x", "--area", "Bản Mẫu"),
    ],
)
def test_what_no_unit_would_obey_is_not_released(office: Office, words: tuple[object, ...]) -> None:
    assert office.type(*words).exit_code == 2
    assert office.orders == ()


def test_a_test_tone_longer_than_the_signed_rules_allow_is_not_released(office: Office) -> None:
    def tone(most: float, seconds: float) -> Result:
        office.publisher.release_policy(CHANNEL, AT_ANY_HOUR.model_copy(update={"tone_seconds": most}))
        return office.type("tone", "--seconds", seconds, "--reason", "thay loa")

    for most, seconds, way_out in ((4.0, 5, "--seconds 4"), (0.0, 1, "change the rules first")):
        done = tone(most, seconds)
        assert (done.exit_code, office.orders) == (2, ())
        assert way_out in done.output
    assert tone(4.0, 4).exit_code == 0
    assert len(office.orders) == 1


def test_another_roles_key_gives_no_order(office: Office) -> None:
    done = office.type("mute", "--hours", 2, "--reason", "x", key="stop")
    assert (done.exit_code, "chưa đủ chữ ký" in done.output) == (2, True)
    assert office.orders == ()


def test_what_ended_is_listed_for_a_day_and_then_forgotten() -> None:
    def ended(since: datetime) -> Order:
        return mute_order(Given("Quàng Văn Dây", since, HOUR, "x"))

    lately, long_ago, new = ended(NOW - 20 * HOUR), ended(NOW - 30 * HOUR), ended(NOW)
    present = Orders(format=1, channel=CHANNEL, orders=(long_ago, lately))
    assert with_order(present, CHANNEL, new, NOW).orders == (lately, new)


def test_what_ended_makes_room_for_one_more_and_what_is_in_force_never_does() -> None:
    ended = tuple(mute_order(Given("x", NOW - HOUR, HOUR / 2, f"{number}")) for number in range(MAX_ORDERS))
    present = Orders(format=1, channel=CHANNEL, orders=ended)
    new = mute_order(Given("x", NOW, HOUR, "mới"))
    assert with_order(present, CHANNEL, new, NOW).orders == (*ended[1:], new)
    with pytest.raises(Refused, match="so many orders are in force"):
        with_order(present, CHANNEL, new, NOW - HOUR)


def test_a_live_start_needs_a_grant_of_that_very_person_and_keeps_its_maximum(office: Office) -> None:
    tree = office.publisher.tree
    given = Given(office.person, NOW, timedelta(minutes=5), "họp dân")
    with pytest.raises(Refused, match="no such live grant"):
        live_order(tree, CHANNEL, given, "noi-truc-tiep")
    office.grant("Người Khác")
    with pytest.raises(Refused, match="another person's"):
        live_order(tree, CHANNEL, given, "noi-truc-tiep")
    office.grant(office.person, minutes=4)
    with pytest.raises(Refused, match="--minutes 4"):
        live_order(tree, CHANNEL, given, "noi-truc-tiep")
    office.grant(office.person.upper(), valid_until=NOW)
    with pytest.raises(Refused, match="not valid then"):
        live_order(tree, CHANNEL, given, "noi-truc-tiep")
    office.grant(office.person.upper())
    found, secret = live_order(tree, CHANNEL, given, "noi-truc-tiep")
    assert found.url == f"https://so.example/live/{CHANNEL}/noi-truc-tiep/{found.order.id}"
    assert secret not in compact(Orders(format=1, channel=CHANNEL, orders=(found.order,))).decode()


def test_an_officer_is_told_beforehand_that_the_rules_or_a_mute_would_let_nobody_hear_them(office: Office) -> None:
    tree = office.publisher.tree
    office.grant(office.person)
    given = Given(office.person, NOW, timedelta(minutes=5), "họp dân")
    office.publisher.release_policy(CHANNEL, Policy(format=1, channel=CHANNEL, quiet_hours=(QuietHours(start=time(), end=time()),)))
    with pytest.raises(Refused, match="quiet hours"):
        live_order(tree, CHANNEL, given, "noi-truc-tiep")
    office.publisher.release_policy(CHANNEL, AT_ANY_HOUR)
    live_order(tree, CHANNEL, given, "noi-truc-tiep")
    office.publisher.release_orders(CHANNEL, Orders(format=1, channel=CHANNEL, orders=(mute_order(given),)))
    with pytest.raises(Refused, match="muted by order: họp dân"):
        live_order(tree, CHANNEL, given, "noi-truc-tiep")


def test_nobody_signs_over_the_live_voice_of_another_but_may_end_it(office: Office) -> None:
    office.grant(office.person)
    office.seat("other", "Lường Văn Khác")
    # The command asks the real clock, and the suite may have begun a while ago.
    given = Given(office.person, datetime.now(UTC).replace(microsecond=0), timedelta(minutes=5), "họp dân")
    found, _ = live_order(office.publisher.tree, CHANNEL, given, "noi-truc-tiep")
    office.publisher.release_orders(CHANNEL, Orders(format=1, channel=CHANNEL, orders=(found.order,)))
    refused = office.type("mute", "--hours", 1, "--reason", "x", key="other")
    assert (refused.exit_code, f"revoke {found.order.id}" in refused.output) == (2, True)
    assert office.type("volume", "--decibels", -6, "--hours", 1, "--reason", "to quá").exit_code == 0, "the speaker's own order"
    assert office.type("revoke", found.order.id, key="other").exit_code == 0, "stopping takes any one person"
    assert [type(each) for each in office.orders] == [VolumeOrder]


def test_the_service_page_is_ordered_for_named_units_only(office: Office) -> None:
    why = ("--reason", "sửa bảng")
    refused = office.type("service", *why)
    assert (refused.exit_code, "--unit" in refused.output, list(office.orders)) == (2, True, [])
    assert office.type("service", *why, "--unit", "bang-1", "--hours", 2).exit_code == 0
    [found] = office.orders
    assert isinstance(found, ServiceOrder)
    assert (found.units, found.expires - found.since) == (("bang-1",), 2 * HOUR)


@pytest.mark.parametrize("words", [("screenshot",), ("reboot",), ("log", "--program", "audio", "--lines", 40), ("tunnel",)])
def test_what_reaches_into_a_machine_is_ordered_for_named_units_only(office: Office, words: tuple[object, ...]) -> None:
    lasting = ("--hours", 0.5) if words == ("tunnel",) else ("--minutes", 30)
    for whom in ((), ("--area", CHANNEL), ("--unit", "bang-1", "--area", CHANNEL)):
        refused = office.type(*words, "--reason", "bảng tối", *whom)
        assert (refused.exit_code, "name the units" in refused.output, list(office.orders)) == (2, True, [])
    assert office.type(*words, "--reason", "bảng tối", "--unit", "bang-1", *lasting).exit_code == 0
    [found] = office.orders
    assert (found.kind, found.units, found.expires - found.since) == (OrderKind(str(words[0])), ("bang-1",), HOUR / 2)
    assert found.id in office.type("list").output
    if isinstance(found, LogOrder):
        assert (found.program, found.lines) == (LogOf.AUDIO, 40)


def test_a_report_may_be_asked_of_a_whole_area(office: Office) -> None:
    assert office.type("report", "--reason", "họp giao ban", "--area", f"{CHANNEL}.03").exit_code == 0
    [found] = office.orders
    assert isinstance(found, ReportOrder)
    assert (found.areas, found.units) == ((f"{CHANNEL}.03",), ())
