"""The rules of a channel around the staged TUF client: only the channel's own metadata, and the targets that a unit keeps."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tuf.api.exceptions import DownloadError, RepositoryError
from tuf.api.metadata import TargetFile
from tuf.ngclient import Updater

from agent.pull.outliving import outlived
from agent.pull.source import Source
from agent.pull.staged import Client, Repository, as_ours, refreshed
from bundle.errors import Complaint, Refused, refuse
from bundle.trust import Target, path_for, role_for
from bundle.trust.verify import issued_in, own_channel


@dataclass
class Found:
    """What TUF says stands in a channel now; a target that was refused is missing and has its complaint."""

    files: dict[Target, TargetFile] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)


def metadata_path(channel: str, name: str) -> str:
    """Where a channel's metadata file lies in every release tree."""
    return f"metadata/{channel}/{name}"


def repository(source: Source, channel: str, root: bytes, timestamp: bytes | None = None) -> Repository:
    """The cell of *channel* at *source*, where only its own metadata passes; a *timestamp* that is already here is not fetched again."""
    known = {} if timestamp is None else {metadata_path(channel, "timestamp.json"): timestamp}

    def inspect(path: str, raw: bytes) -> None:
        if path.endswith(("/timestamp.json", ".snapshot.json", ".targets.json")):
            check_address(raw, channel, path)

    return Repository(source, metadata_path(channel, ""), root, known, inspect)


async def refresh(source: Source, staged: Path, channel: str, root: bytes, timestamp: bytes, reference: datetime) -> Client:
    """Bring the metadata in *staged* up to the state that *timestamp* announces, judged at *reference* time; see ``find`` for the rest.

    What was verified is written into *staged* also when a later step fails. Raises ``Refused`` and the errors of the source.
    """
    try:
        with outlived(staged, timestamp):
            return await refreshed(repository(source, channel, root, timestamp), staged, reference)
    except (RepositoryError, DownloadError) as problem:
        raise as_ours(problem, channel) from problem


async def find(client: Client, channel: str, targets: Iterable[Target]) -> Found:
    """What stands in *channel* of *targets*: the metadata of each role is fetched and verified. Raises the errors of the source."""
    return await client.take(lambda updater: _found(updater, channel, targets))


def announced(timestamp: bytes, channel: str) -> datetime:
    """The date that a *timestamp* claims for itself, before anybody believes it; ``Refused`` when it is not the channel's own."""
    where = metadata_path(channel, "timestamp.json")
    check_address(timestamp, channel, where)
    return issued_in(json.loads(timestamp)["signed"], where)


def check_address(raw: bytes, channel: str, where: str) -> None:
    """``Refused`` unless this metadata says that it is the channel's own.

    It comes before TUF: a validly signed stick of another commune would otherwise fill the cache with higher versions.
    """
    try:
        signed = json.loads(raw)["signed"]
        own_channel(signed, channel, where)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise refuse(where, "không phải dữ liệu ký (not signed metadata)", "kiểm tra nguồn / check the source") from None


def _found(updater: Updater, channel: str, targets: Iterable[Target]) -> Found:
    found = Found()
    published = updater._trusted_set.snapshot.meta
    for target in targets:
        if f"{role_for(target).value}.json" not in published:
            continue
        try:
            file = updater.get_targetinfo(path_for(channel, target))
        except (RepositoryError, DownloadError) as problem:
            refused = as_ours(problem, path_for(channel, target))
            if not isinstance(refused, Refused):
                raise refused from problem
            # One bad document does not stop the others: a broken bundle must not hold up an alert.
            found.complaints += refused.complaints
            continue
        if file is not None:
            found.files[target] = file
    return found
