"""Durable writes with one mistake each: what finds nothing wrong with these finds nothing."""

import os
from pathlib import Path


def never_synced(path: Path, data: bytes) -> None:
    temp = path.with_suffix(".new")
    temp.write_bytes(data)
    temp.rename(path)
    _sync(path.parent)


def folder_not_synced(path: Path, data: bytes) -> None:
    temp = path.with_suffix(".new")
    temp.write_bytes(data)
    _sync(temp)
    temp.rename(path)


def synced_after_the_rename(path: Path, data: bytes) -> None:
    temp = path.with_suffix(".new")
    temp.write_bytes(data)
    temp.rename(path)
    _sync(path.parent)
    _sync(path)


def written_in_place(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    _sync(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


CARELESS = (never_synced, folder_not_synced, synced_after_the_rename, written_in_place)
