"""The two-person rule: an author's and an approver's signature, by two persons with two keys.

A threshold of two says nothing about who signed: it is satisfied by two authors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import normalize

from securesystemslib.signer import Key, SSlibKey
from tuf.api.metadata import DelegatedRole

from bundle.errors import refuse
from bundle.trust.targets import Role, persons_needed

AUTHORS = "x-authors"
APPROVERS = "x-approvers"


@dataclass(frozen=True)
class Persons:
    """Who signed, by name, as the delegation knows them."""

    authors: tuple[str, ...]
    approvers: tuple[str, ...]


def persons(delegated: DelegatedRole, role: Role, signed: Mapping[str, Key], where: str) -> Persons:
    """The persons behind the verified keys *signed*; ``Refused`` when a role for two lacks one of them."""
    authors = _named(delegated, AUTHORS, signed, where)
    approvers = _named(delegated, APPROVERS, signed, where)
    if persons_needed(role) > 1:
        _two_persons(authors, approvers, signed, where)
    return Persons(tuple(authors.values()), tuple(approvers.values()))


def _two_persons(authors: dict[str, str], approvers: dict[str, str], signed: Mapping[str, Key], where: str) -> None:
    for missing, found in (("người soạn (author)", authors), ("người duyệt (approver)", approvers)):
        if not found:
            raise refuse(where, f"thiếu chữ ký của {missing}", "ký lại rồi phát hành / have the missing person sign")
    pairs = ((author, approver) for author in authors for approver in approvers)
    # Two key ids may hide one key, and two keys may belong to one person: both must differ.
    if not any(
        person_of(authors[author]) != person_of(approvers[approver]) and _secret(signed[author]) != _secret(signed[approver])
        for author, approver in pairs
    ):
        raise refuse(
            where,
            "người soạn và người duyệt là một người (one person signed as author and as approver)",
            "một người khác phải duyệt / another person must approve",
        )


def _named(delegated: DelegatedRole, field: str, signed: Mapping[str, Key], where: str) -> dict[str, str]:
    known = delegated.unrecognized_fields.get(field, {})
    if not isinstance(known, dict) or not all(isinstance(name, str) and name.strip() for name in known.values()):
        raise refuse(where, f"{field} is not a list of key ids with names", "repeat the ceremony")
    return {keyid: known[keyid] for keyid in signed if keyid in known}


def person_of(name: str) -> str:
    """The person behind a name, however it is spelt or spaced."""
    return " ".join(normalize("NFC", name).casefold().split())


def _secret(key: Key) -> str:
    return str(key.keyval.get("public")) if isinstance(key, SSlibKey) else key.keyid
