"""Whether a pack is to be believed: the whole chain from the embedded root to the content, offline, without a clock.

The reference time is the pack's own signed date: metadata that expired while the link was down keeps its content in force.
Whether a state is *new enough to be offered* is the agent's question; a worker only refuses what is older than its marks.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tuf.api.exceptions import RepositoryError, UnsignedMetadataError
from tuf.api.metadata import DelegatedRole, Key, Metadata, Signed, Targets, Timestamp

from bundle.base import in_our_time
from bundle.errors import refuse
from bundle.trust.epochs import NewestRoot, follow
from bundle.trust.marks import ChannelMarks, older_than
from bundle.trust.pack import Pack, unpack
from bundle.trust.persons import persons
from bundle.trust.rules import EnvelopeType, TrustedMetadataSet
from bundle.trust.targets import Target, path_for, role_for

CHANNEL = "x-channel"
ISSUED = "x-issued"
AGAIN = "lấy lại từ nơi phát hành / fetch or release it again"


@dataclass(frozen=True)
class Verified:
    """Content to be obeyed. *version* is its role's; *expires* is when the first signature around it runs out;
    versions and dates compare within one *epoch* (see ``bundle.trust.epochs``).

    *alone* is the recorded reason why one person was enough where two must sign, else ``None``.
    """

    channel: str
    target: Target
    content: bytes
    version: int
    snapshot: int
    issued: datetime
    expires: datetime
    authors: tuple[str, ...]
    approvers: tuple[str, ...]
    root: int
    delegations: int
    epoch: int
    alone: str | None = None


def verify_pack(raw: bytes, root: bytes, channel: str, target: Target, marks: ChannelMarks | None = None) -> Verified:
    """Believe *raw* as *target* of *channel* below the embedded *root*, or raise ``Refused`` with one clear sentence."""
    where = path_for(channel, target)
    found = unpack(raw, where)
    if (found.channel, found.target) != (channel, target):
        raise refuse(where, f"đây là {path_for(found.channel, found.target)} (another target)", AGAIN)
    with _refusing(where):
        verified = _verify(found, root, where)
    if marks is not None and (rollback := older_than(marks, verified)):
        raise rollback
    return verified


def still_signed(found: Pack, newer: Pack, root: bytes) -> None:
    """``Refused`` unless those who signed the document of *found* may still sign it by the delegations in *newer*.

    *Found* was believed once, and *newer* is another pack of its channel; the content of neither matters. So what a unit keeps of an
    earlier document goes when a key is revoked.
    """
    where, role = path_for(found.channel, found.target), role_for(found.target)
    with _refusing(where):
        chain, _, _ = _chain(newer, root, where)
        asked = _asked_role(chain.targets, where, role.value)
        delegate = Metadata[Targets].from_bytes(found.role.encode())
        chain.targets.verify_delegate(role.value, delegate.signed_bytes, delegate.signatures)
        issued = issued_of(Metadata[Timestamp].from_bytes(found.timestamp.encode()).signed, where)
        persons(asked, role, _signers(chain.targets, role.value, found.role.encode()), where, issued)


def issued_of(signed: Signed, where: str) -> datetime:
    """The signed date of a metadatum; ``Refused`` when it has none."""
    return issued_in(signed.unrecognized_fields, where)


def issued_in(fields: Mapping[str, Any], where: str) -> datetime:
    """The date in these signed fields; ``Refused`` when there is none, or one that nobody can reckon with."""
    value = fields.get(ISSUED)
    try:
        return in_our_time(datetime.strptime(str(value), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC))
    except ValueError:
        raise refuse(where, f"{ISSUED} is not a date: {value!r}", AGAIN) from None


def own_channel(fields: dict[str, Any], channel: str, where: str) -> None:
    """``Refused`` unless these signed fields name *channel*: all cells share keys, so a signature alone proves no address."""
    if fields.get(CHANNEL) != channel:
        raise refuse(
            where, f"của kênh {fields.get(CHANNEL)!r}, không phải {channel!r} (another channel)", "kiểm tra nguồn / check the source"
        )


@contextmanager
def _refusing(where: str) -> Iterator[None]:
    try:
        yield
    except (RepositoryError, ValueError, KeyError, TypeError) as problem:
        if isinstance(problem, UnsignedMetadataError):
            # What an officer meets when the second person has not signed yet.
            what = f"chưa đủ chữ ký của đúng người, hoặc đã bị sửa (not verified): {problem}"
            raise refuse(where, what, "người còn thiếu phải ký / have the missing person sign") from None
        # python-tuf answers foreign bytes with its own errors and, deep in its parsers, with these three.
        raise refuse(where, f"chữ ký hoặc dữ liệu không hợp lệ (not verified): {problem}", AGAIN) from None


def _chain(found: Pack, root: bytes, where: str) -> tuple[TrustedMetadataSet, NewestRoot, datetime]:
    """Everything above the role that signs: verified, of the right channel, and at the date that the pack itself bears."""
    chain = TrustedMetadataSet(root, EnvelopeType.METADATA)
    timestamp = Metadata[Timestamp].from_bytes(found.timestamp.encode()).signed
    issued = issued_of(timestamp, where)
    chain.reference_time = issued
    newest = follow(chain, (newer.encode() for newer in found.roots))
    chain.update_timestamp(found.timestamp.encode())
    chain.update_snapshot(found.snapshot.encode())
    chain.update_targets(found.targets.encode())
    for signed in (chain.timestamp, chain.snapshot, chain.targets):
        own_channel(signed.unrecognized_fields, found.channel, where)
    return chain, newest, issued


def _verify(found: Pack, root: bytes, where: str) -> Verified:
    chain, newest, issued = _chain(found, root, where)
    role = role_for(found.target)
    asked = _asked_role(chain.targets, where, role.value)
    delegate = chain.update_delegated_targets(found.role.encode(), role.value, Targets.type)
    signers = _signers(chain.targets, role.value, found.role.encode())
    who = persons(asked, role, signers, where, issued)
    content = found.content.encode()
    if where not in delegate.targets:
        raise refuse(where, f"the role {role.value!r} does not name it", AGAIN)
    delegate.targets[where].verify_length_and_hashes(content)
    return Verified(
        channel=found.channel,
        target=found.target,
        content=content,
        version=delegate.version,
        snapshot=chain.snapshot.version,
        issued=issued,
        expires=min(signed.expires for signed in (chain.root, chain.timestamp, chain.snapshot, chain.targets, delegate)),
        authors=who.authors,
        approvers=who.approvers,
        root=chain.root.version,
        delegations=chain.targets.version,
        epoch=newest.epoch,
        alone=who.alone,
    )


def _asked_role(targets: Targets, where: str, role: str) -> DelegatedRole:
    """The first delegation that covers *where* must be *role* and must end the search; the province signs no content itself."""
    if targets.targets:
        raise refuse(where, "content stands outside the delegated roles", "repeat the ceremony")
    roles = (targets.delegations.roles or {}) if targets.delegations else {}
    asked = next((delegated for delegated in roles.values() if delegated.is_delegated_path(where)), None)
    if asked is None or asked.name != role or not asked.terminating:
        raise refuse(where, f"the first delegation for it is not {role!r} alone", "repeat the ceremony")
    return asked


def _signers(targets: Targets, role: str, raw: bytes) -> dict[str, Key]:
    delegate = Metadata[Targets].from_bytes(raw)
    return targets.get_verification_result(role, delegate.signed_bytes, delegate.signatures).signed
