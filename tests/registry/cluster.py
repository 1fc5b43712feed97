"""A PostgreSQL cluster of its own for one run: Debian's server in a temporary folder, behind a private socket, gone afterwards.

``python -m tests.registry.cluster [--durable] COMMAND…`` runs the command with ``REGISTRY_DATABASE``, the address of that cluster.
"""

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg import sql

VARIABLE = "REGISTRY_DATABASE"
OWNER = "postgres"
# A test needs no power cut survived; whoever measures or kills does.
_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
_SETTINGS = {"listen_addresses": "", "max_connections": "200", "log_min_messages": "fatal", "shared_buffers": "128MB"}


def programs() -> Path:
    """Where Debian keeps the server, the newest version of it."""
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


@contextmanager
def cluster(durable: bool = False) -> Iterator[str]:
    """The address of a running cluster, without a database's name; *durable*: what it committed is on the disk."""
    with TemporaryDirectory(prefix="bangtin-postgres-", dir="/tmp") as name:
        folder = Path(name)
        data = folder / "data"
        if os.geteuid() == 0:
            owner = pwd.getpwnam(OWNER)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        _run("initdb", "--pgdata", str(data), "--auth=trust", "--username=bangtin", "--locale=C.UTF-8", "--no-sync")
        settings = _SETTINGS | ({} if durable else _QUICK) | {"unix_socket_directories": str(folder)}
        options = " ".join(f"-c {key}='{value}'" for key, value in settings.items())
        _run("pg_ctl", "start", "--wait", "--silent", "--pgdata", str(data), "--log", str(folder / "log"), "--options", options)
        try:
            yield f"postgresql://bangtin@/{{database}}?host={folder}"
        finally:
            _run("pg_ctl", "stop", "--wait", "--silent", "--pgdata", str(data), "--mode=immediate")


def make_database(cluster_at: str, name: str) -> str:
    """The address of a new, empty database called *name*."""
    with psycopg.connect(cluster_at.format(database="postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return cluster_at.format(database=name)


def drop_database(cluster_at: str, name: str) -> None:
    """Away with it, whoever is still connected."""
    with psycopg.connect(cluster_at.format(database="postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _run(program: str, *arguments: str) -> None:
    line = [str(programs() / program), *arguments]
    if os.geteuid() == 0:
        # The server refuses to run as root.
        line = ["setpriv", f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups", *line]
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL, cwd="/")


def main(arguments: list[str]) -> int:
    """Run a command beside a cluster, and return what it returned."""
    durable = arguments[:1] == ["--durable"]
    with cluster(durable) as address:
        return subprocess.run(arguments[durable:], env={**os.environ, VARIABLE: address}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
