"""The two-person rule: an author's and an approver's signature, by two persons with two keys.

A threshold of two says nothing about who signed: it is satisfied by two authors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from unicodedata import normalize

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from securesystemslib.signer import Key, SSlibKey
from tuf.api.metadata import DelegatedRole

from bundle.errors import Refused, refuse
from bundle.trust.targets import Role, persons_needed

AUTHORS = "x-authors"
APPROVERS = "x-approvers"
ONE_PERSON = "x-one-person"


@dataclass(frozen=True)
class Persons:
    """Who signed, by name, as the delegation knows them; *alone* is the recorded reason why one of them was enough."""

    authors: tuple[str, ...]
    approvers: tuple[str, ...]
    alone: str | None = None


def persons(delegated: DelegatedRole, role: Role, signed: Mapping[str, Key], where: str, issued: datetime) -> Persons:
    """The persons behind the verified keys *signed*; ``Refused`` when a role for two lacks one of them.

    The delegation itself may record an exception, with a reason, for what was *issued* until some day.
    """
    authors = _named(delegated, AUTHORS, signed, where)
    approvers = _named(delegated, APPROVERS, signed, where)
    alone = None
    if persons_needed(role) > 1:
        try:
            _two_persons(authors, approvers, signed, where)
        except Refused:
            alone = _exception(delegated, where, issued)
            if alone is None or not (authors or approvers):
                raise
    return Persons(tuple(authors.values()), tuple(approvers.values()), alone)


def _exception(delegated: DelegatedRole, where: str, issued: datetime) -> str | None:
    """Why one person is enough at *issued*; ``None`` when the delegation records no exception, or it has ended."""
    if ONE_PERSON not in delegated.unrecognized_fields:
        return None
    field = delegated.unrecognized_fields[ONE_PERSON]
    try:
        reason, until = str(field["reason"]).strip(), field.get("until")
        if not reason or set(field) - {"reason", "until"}:
            raise ValueError("no reason")
        ended = until is not None and issued > datetime.strptime(until, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise refuse(where, f"{ONE_PERSON} is not a reason with a date", "repeat the ceremony") from None
    return None if ended else reason


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


def _secret(key: Key) -> bytes:
    """What two entries have in common when one private key stands behind both, however its public half is written down."""
    if not isinstance(key, SSlibKey):
        return key.keyid.encode()
    written = str(key.keyval["public"])
    if key.keytype == "ed25519":
        return bytes.fromhex(written)
    return load_pem_public_key(written.encode()).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
