"""The unit's staged client behind the command line that the public TUF conformance suite drives."""

import argparse
import asyncio
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import ClientSession
from tuf.api.exceptions import DownloadError, RepositoryError
from tuf.ngclient import Updater

from agent.pull import HttpSource
from agent.pull.generations import Generations
from agent.pull.staged import Repository, as_ours, refreshed, staging
from bundle.errors import Refused, refuse
from device.errors import SeamError


class State:
    """The suite's metadata folder: our generations and the embedded root in folders of their own, beside them the copy that it reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.generations = Generations(folder / "generations")
        self.embedded = folder / "embedded" / "root.json"

    def init(self, root: Path) -> None:
        """Embed *root*: on a unit, enrolment does this."""
        self.embedded.parent.mkdir(parents=True)
        for place in (self.embedded, self.folder / "root.json"):
            shutil.copyfile(root, place)

    def show(self) -> None:
        """Copy the generation in force to where the suite looks."""
        current = self.generations.current()
        for path in current.glob("*.json") if current else ():
            shutil.copyfile(path, self.folder / path.name)


async def run(state: State, metadata_url: str, steps: Callable[[Updater], None]) -> None:
    """Refresh as a unit does, then take *steps*; whatever was verified is committed."""
    url = urlsplit(metadata_url)
    async with ClientSession() as session:
        source = HttpSource(session, f"{url.scheme}://{url.netloc}")
        repository = Repository(source, url.path.lstrip("/"), state.embedded.read_bytes())
        try:
            async with staging(state.generations) as stage:
                # On a unit the reference time comes from its floor and its clock; here the suite sets the process' clock.
                client = await refreshed(repository, stage.folder, datetime.now(UTC))
                await client.take(steps)
        finally:
            state.show()


def download(names: list[str], folder: Path, base_url: str) -> Callable[[Updater], None]:
    """The steps that fetch targets in their order; one that lies in *folder* already is not fetched again."""

    def steps(updater: Updater) -> None:
        updater.target_dir = str(folder)
        for name in names:
            file = updater.get_targetinfo(name)
            if file is None:
                raise refuse(name, "không có (the repository does not name it)")
            if updater.find_cached_target(file) is None:
                updater.download_target(file, target_base_url=urlsplit(base_url).path.lstrip("/"))

    return steps


def main(arguments: list[str]) -> int:
    """0 when everything asked for was done, 1 when anything was refused or could not be had."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--metadata-dir", type=Path, required=True)
    parser.add_argument("--metadata-url")
    parser.add_argument("--target-name", action="append")
    parser.add_argument("--target-dir", type=Path)
    parser.add_argument("--target-base-url")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("init").add_argument("root", type=Path)
    commands.add_parser("refresh")
    commands.add_parser("download")
    asked = parser.parse_args(arguments)
    state = State(asked.metadata_dir)
    try:
        match asked.command:
            case "init":
                state.init(asked.root)
            case "refresh":
                asyncio.run(run(state, asked.metadata_url, lambda _: None))
            case "download":
                asyncio.run(run(state, asked.metadata_url, download(asked.target_name, asked.target_dir, asked.target_base_url)))
    except (RepositoryError, DownloadError) as problem:
        print(as_ours(problem, asked.metadata_url), file=sys.stderr)
        return 1
    except (Refused, SeamError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
