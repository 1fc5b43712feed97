"""Signatures made elsewhere: what a person signs, whether a signature is theirs, and whether those needed are there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from securesystemslib.signer import Key, Signature
from tuf.api.metadata import DelegatedRole, Metadata, Targets

from bundle.errors import Refused, refuse
from bundle.trust import path_for, role_for
from bundle.trust.persons import APPROVERS, AUTHORS, person_of, persons
from registry.trust.proposal import Proposal
from registry.trust.site import Site


@dataclass(frozen=True)
class ToSign:
    """*signed* are the bytes to put a signature under: they name the SHA-256 of *content*, which holds the words.

    *authors* and *approvers* are who may sign, by key id; *done* who has.
    """

    signed: bytes
    content: bytes
    authors: Mapping[str, str]
    approvers: Mapping[str, str]
    done: tuple[str, ...]


def to_sign(site: Site, proposal: Proposal) -> ToSign:
    """What a person needs to sign *proposal*; ``Refused`` when it names another content."""
    metadata = proposal.metadata()
    delegated, _ = _delegation(site, proposal)
    authors, approvers = (dict(delegated.unrecognized_fields.get(field, {})) for field in (AUTHORS, APPROVERS))
    return ToSign(metadata.signed_bytes, proposal.content.encode(), authors, approvers, tuple(metadata.signatures))


def with_signature(site: Site, proposal: Proposal, keyid: str, signature: str, now: datetime) -> tuple[Proposal, str, bool]:
    """*proposal* with one more *signature* (hex), who made it, and whether it is complete.

    ``Refused`` when it is not the signature of *keyid* under these bytes, or of nobody who may sign: the author first, then another
    person who approves.
    """
    where = path_for(proposal.channel, proposal.target)
    metadata = proposal.metadata()
    delegated, targets = _delegation(site, proposal)
    person = _in_turn(to_sign(site, proposal), keyid, where)
    _verify(targets, metadata, Signature(keyid, signature), where)
    metadata.signatures[keyid] = Signature(keyid, signature)
    found = targets.get_verification_result(delegated.name, metadata.signed_bytes, metadata.signatures).signed
    complete = _complete(delegated, proposal, found, where, now)
    return proposal.model_copy(update={"role": metadata.to_bytes().decode()}), person, complete


def _in_turn(asked: ToSign, keyid: str, where: str) -> str:
    done = [asked.authors[each] for each in asked.done if each in asked.authors]
    if keyid in asked.done:
        raise refuse(where, "khóa này đã ký rồi / this key has signed", "người kia phải ký / the other person must sign")
    if keyid in asked.authors and not done:
        return asked.authors[keyid]
    if keyid in asked.approvers and not done:
        raise refuse(where, "người soạn phải ký trước / the author signs first", "chờ người soạn ký / wait for the author")
    if keyid in asked.approvers and person_of(asked.approvers[keyid]) not in [person_of(author) for author in done]:
        return asked.approvers[keyid]
    if keyid in asked.approvers or keyid in asked.authors:
        what = "người soạn đã ký, phải một người khác duyệt / its author has signed, another person must approve"
        raise refuse(where, what, "người duyệt ký / have the approver sign")
    raise refuse(where, "khóa này không có quyền ở đây / this key has no seat here", "bangtin publish person add")


def _verify(targets: Targets, metadata: Metadata[Targets], signature: Signature, where: str) -> None:
    keys = targets.delegations.keys if targets.delegations else {}
    try:
        keys[signature.keyid].verify_signature(signature, metadata.signed_bytes)
    except (UnverifiedSignatureError, VerificationError, KeyError, ValueError):
        raise refuse(where, "chữ ký không đúng / the signature does not fit", "mở lại trang rồi ký lại / reload and sign again") from None


def _complete(delegated: DelegatedRole, proposal: Proposal, signed: Mapping[str, Key], where: str, now: datetime) -> bool:
    try:
        persons(delegated, role_for(proposal.target), signed, where, now)
    except Refused:
        return False
    return True


def _delegation(site: Site, proposal: Proposal) -> tuple[DelegatedRole, Targets]:
    targets = site.cell(proposal.channel).targets.signed
    roles = (targets.delegations.roles or {}) if targets.delegations else {}
    role = role_for(proposal.target).value
    if role not in roles:
        raise refuse(proposal.channel, f"chưa giao vai {role} cho ai / nobody has a seat for {role}", "bangtin publish person add")
    return roles[role], targets
