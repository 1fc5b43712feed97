"""The registry's tests lie in SQLite, or, run by ``make postgres``, each in a PostgreSQL database of its own."""

import os
import secrets

import pytest

from registry.storage import engines
from registry.storage import storage as opening
from tests.registry.cluster import VARIABLE, drop_database, make_database


@pytest.fixture(autouse=True)
def database(monkeypatch):
    """Whatever data folder a test opens for the first time has its database in the cluster, if there is one.

    A program of its own knows nothing of that: what this yields gives the folder its database before.
    """
    cluster_at = os.environ.get(VARIABLE)
    if not cluster_at:
        yield lambda _: None
        return
    made, found = [], engines.database_of

    def in_the_cluster(folder):
        pointer = folder / engines.POINTER
        if folder.exists() and not pointer.exists() and not (folder / engines.NAME).exists():
            made.append(f"test_{secrets.token_hex(8)}")
            pointer.touch(mode=0o600)
            pointer.write_text(make_database(cluster_at, made[-1]))
        return found(folder)

    def before_others(folder):
        folder.mkdir(mode=0o700)
        in_the_cluster(folder)

    monkeypatch.setattr(opening, "database_of", in_the_cluster)
    yield before_others
    for name in made:
        drop_database(cluster_at, name)
