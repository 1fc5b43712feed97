"""Who sits where: the seats of a channel's delegated roles, and the rules that keep two persons two."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from securesystemslib.signer import SSlibKey
from tuf.api.metadata import DelegatedRole, Targets

from bundle.errors import refuse
from bundle.trust import Role, persons_needed
from bundle.trust.persons import APPROVERS, AUTHORS, ONE_PERSON, person_of
from bundle.trust.targets import patterns_for
from registry.trust.keys import Holder
from registry.trust.online import stamp


class Duty(StrEnum):
    """On which side of a signature a person sits; a role for one person has authors only."""

    AUTHOR = "author"
    APPROVER = "approver"


@dataclass(frozen=True)
class Seat:
    """A person with a key in a role."""

    role: Role
    duty: Duty
    holder: Holder


TWO = "chọn hai người, hai khóa / choose two persons with two keys"
_FIELD = {Duty.AUTHOR: AUTHORS, Duty.APPROVER: APPROVERS}
_NAME = {Duty.AUTHOR: "người soạn (author)", Duty.APPROVER: "người duyệt (approver)"}


def delegation(channel: str, role: Role, authors: Sequence[Holder], approvers: Sequence[Holder]) -> DelegatedRole:
    """The delegation of *role* to these persons; ``Refused`` when they are too few or not different."""
    made = DelegatedRole(
        role.value,
        [holder.keyid for holder in (*authors, *approvers)],
        threshold=persons_needed(role),
        terminating=True,
        paths=patterns_for(role, channel),
        unrecognized_fields={
            AUTHORS: {holder.keyid: holder.person for holder in authors},
            APPROVERS: {holder.keyid: holder.person for holder in approvers},
        },
    )
    if len({holder.keyid for holder in (*authors, *approvers)}) < len(authors) + len(approvers):
        raise refuse(
            role.value, "một khóa đứng hai nơi (one key stands twice)", "chọn hai người, hai khóa / choose two persons with two keys"
        )
    different_persons(made)
    return made


def take_seat(targets: Targets, seat: Seat) -> None:
    """Give a person a seat; ``Refused`` when their key or they themselves sit in this role already on the other side."""
    role = role_of(targets, seat.role)
    if seat.holder.keyid in role.keyids:
        raise refuse(
            seat.role.value, f"khóa của {seat.holder.person} đã có ở đây (this key is here already)", "chọn khóa khác / choose another key"
        )
    if seat.duty is Duty.APPROVER and persons_needed(seat.role) == 1:
        raise refuse(seat.role.value, "vai này một người ký, không có người duyệt (one person signs here)", "--as author")
    targets.add_key(seat.holder.public, seat.role.value)
    role.unrecognized_fields.setdefault(_FIELD[seat.duty], {})[seat.holder.keyid] = seat.holder.person
    different_persons(role)


def leave_seat(targets: Targets, role: Role, who: str) -> Seat:
    """Take the seat of *who* away (a person's name, a key id or its beginning); says which seat it was."""
    delegated = role_of(targets, role)
    duty, keyid, person = _find(delegated, who)
    found = (targets.delegations.keys if targets.delegations else {})[keyid]
    if not isinstance(found, SSlibKey):
        raise refuse(role.value, f"{keyid}: loại khóa lạ (a key of an unknown kind)")
    targets.revoke_key(keyid, role.value)
    del delegated.unrecognized_fields[_FIELD[duty]][keyid]
    return Seat(role, duty, Holder(person, person, found))


def enough_persons(role: DelegatedRole) -> None:
    """``Refused`` when nobody, or too few, could sign for *role* any more."""
    names = {duty: people_of(role, duty) for duty in Duty}
    alone = ONE_PERSON in role.unrecognized_fields
    missing = [duty for duty in Duty if not names[duty] and persons_needed(Role(role.name)) > 1 and not alone]
    if not role.keyids or missing:
        who = ", ".join(_NAME[duty] for duty in missing) or "người ký (anybody)"
        raise refuse(role.name, f"không còn {who} (nobody would be left)", "thay bằng người khác: person replace / replace instead")


def different_persons(role: DelegatedRole) -> None:
    """``Refused`` when one person sits on both sides of *role*."""
    approvers = {person_of(person) for person in people_of(role, Duty.APPROVER).values()}
    both = [person for person in people_of(role, Duty.AUTHOR).values() if person_of(person) in approvers]
    if both:
        what = f"{', '.join(both)} vừa soạn vừa duyệt (is author and approver)"
        raise refuse(role.name, what, TWO)


def allow_one_person(targets: Targets, role: Role, reason: str, until: datetime | None) -> None:
    """Record that one person is enough for *role*, why, and until when: signed, shown, and kept with what was so signed."""
    if persons_needed(role) == 1:
        raise refuse(role.value, "vai này vốn chỉ một người ký (one person signs here anyway)")
    delegated = role_of(targets, role)
    delegated.threshold = 1
    delegated.unrecognized_fields[ONE_PERSON] = {"reason": reason} | ({"until": stamp(until)} if until else {})


def require_two_persons(targets: Targets, role: Role) -> None:
    """End the exception of :func:`allow_one_person`."""
    delegated = role_of(targets, role)
    if delegated.unrecognized_fields.pop(ONE_PERSON, None) is None:
        raise refuse(role.value, "không có ngoại lệ nào (there is no exception)")
    delegated.threshold = persons_needed(role)


def role_of(targets: Targets, role: Role) -> DelegatedRole:
    """The delegation of *role*; ``Refused`` when this tree was made before there was such a role."""
    roles = (targets.delegations.roles or {}) if targets.delegations else {}
    if role.value not in roles:
        raise refuse(role.value, "cây phát hành này chưa có vai đó (no such role in this tree)", "lễ tạo khóa mới / a new ceremony")
    found: DelegatedRole = roles[role.value]
    return found


def described(targets: Targets) -> list[str]:
    """Every seat in one line each, for people."""
    roles: Iterable[DelegatedRole] = (targets.delegations.roles or {}).values() if targets.delegations else ()
    lines = []
    for role in roles:
        for duty in Duty:
            lines += [f"{role.name} · {_NAME[duty]} · {person} · {keyid[:12]}" for keyid, person in people_of(role, duty).items()]
        if alone := role.unrecognized_fields.get(ONE_PERSON):
            until = f", đến / until {alone['until']}" if "until" in alone else ""
            lines.append(f"{role.name} · MỘT NGƯỜI KÝ (one person is enough): {alone['reason']}{until}")
    return lines


def difference(before: Targets, after: Targets) -> list[str]:
    """The seats that go and come, with − and +."""
    old, new = described(before), described(after)
    return [f"  − {line}" for line in old if line not in new] + [f"  + {line}" for line in new if line not in old]


def people_of(role: DelegatedRole, duty: Duty) -> dict[str, str]:
    """Who sits in *role* on the side of *duty*: names by key id."""
    found: dict[str, str] = role.unrecognized_fields.get(_FIELD[duty], {})
    return found


def _find(role: DelegatedRole, who: str) -> tuple[Duty, str, str]:
    seats = [(duty, keyid, person) for duty in Duty for keyid, person in people_of(role, duty).items()]
    found = [seat for seat in seats if person_of(seat[2]) == person_of(who) or (len(who) >= 8 and seat[1].startswith(who))]
    if len(found) != 1:
        what = "không có ai như vậy (nobody)" if not found else "nhiều khóa như vậy, gõ mã khóa (several keys: type the key id)"
        raise refuse(f"{role.name}: {who}", what, "; ".join(f"{person} {keyid[:12]}" for _, keyid, person in seats))
    return found[0]
