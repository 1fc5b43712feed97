"""The server as a process: what it acknowledged survives kill -9, where it may listen, what its commands say."""

import asyncio
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading

import aiohttp
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from bundle.errors import Refused
from registry.storage.engines import NAME
from registry.storage.storage import open_storage
from registry.web.commands import registry as command
from registry.web.serve import listen, may_listen
from tests.registry.web.conftest import ROOT, Unit, shown


@pytest.fixture
def house(tmp_path, database):
    """Start real servers on one data folder; whoever still runs at the end is killed."""
    running = []
    database(tmp_path / "data")

    def start():
        # An anonymous pipe tells when the server is up, or gone: nobody polls, nobody sleeps.
        words = [sys.executable, "-c", "from registry.web.commands import registry; registry()", "serve", "--port", "0"]
        options = ["--site", str(tmp_path / "site"), "--data", str(tmp_path / "data"), "--port-file", str(tmp_path / "port")]
        process = subprocess.Popen(words + options, stdout=subprocess.PIPE, text=True)
        running.append(process)
        watchdog = threading.Timer(120, process.kill)
        watchdog.start()
        line = process.stdout.readline()
        watchdog.cancel()
        assert "http://127.0.0.1:" in line
        return process, f"http://127.0.0.1:{(tmp_path / 'port').read_text()}"

    yield start
    for process in running:
        process.kill()
        process.wait(10)
        process.stdout.close()


def grant(tmp_path, url, *more):
    (tmp_path / "root.json").write_text(ROOT)
    options = ["--data", tmp_path / "data", "--place", "vn.20.06001.03", "--place-name", "Thôn Mẫu", "--url", url]
    return CliRunner().invoke(command, [str(each) for each in ["grant", *options, "--root", tmp_path / "root.json", *more]])


async def test_what_was_acknowledged_survives_kill_9(house, tmp_path):
    process, url = house()
    made = await asyncio.to_thread(grant, tmp_path, url)
    unit, secret = Unit(), made.stdout.split("#")[1].split(".")[0]
    async with aiohttp.ClientSession(url) as client:
        assert (await client.post("/v1/enrol", data=unit.enrolment(secret))).status == 200
        acknowledged = -1
        for n in range(20):
            body = json.dumps({"format": 1, "reports": [unit.report(n, [("display", shown(n))])]})
            answer = await client.post("/v1/report", data=body)
            acknowledged = (await answer.json())["kept"]["display"]
        # One more is under way when the power goes: it may be lost, it may not harm the others.
        body = json.dumps({"format": 1, "reports": [unit.report(20, [("display", shown(20))])]})
        under_way = asyncio.create_task(client.post("/v1/report", data=body))
        await asyncio.sleep(0)
        process.send_signal(signal.SIGKILL)
        assert await asyncio.to_thread(process.wait, 10) == -signal.SIGKILL
        await asyncio.gather(under_way, return_exceptions=True)
    assert acknowledged == 19
    _, url = house()
    async with aiohttp.ClientSession(url) as client:
        body = json.dumps({"format": 1, "reports": [unit.report(0, [("display", shown(0))])]})
        answer = await (await client.post("/v1/report", data=body)).json()
    assert answer["refused"] == {}
    assert answer["kept"]["display"] in (19, 20)


def test_ctrl_c_ends_it_cleanly(house):
    process, _ = house()
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "so.tinh-mau.vn"])
def test_pages_without_tls_are_not_opened_to_a_network(host):
    with pytest.raises(Refused, match="--behind-proxy"):
        may_listen(host, behind_proxy=False)
    may_listen(host, behind_proxy=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_machine_alone_may_look(host):
    may_listen(host, behind_proxy=False)


def test_a_taken_port_is_one_clear_sentence():
    with listen("127.0.0.1", 0) as taken, pytest.raises(Refused, match="cannot listen"):
        listen("127.0.0.1", taken.getsockname()[1])


@pytest.mark.sqlite
async def test_a_database_of_another_version_is_refused_and_left_alone(tmp_path):
    await (await open_storage(tmp_path)).close()
    with sqlite3.connect(tmp_path / NAME) as database:
        database.execute("UPDATE about SET value = '99'")
    database.close()
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(Refused, match="database version 99"):
        await open_storage(tmp_path)
    assert (tmp_path / NAME).read_bytes() == before


@pytest.mark.sqlite
async def test_every_connection_writes_through_to_the_card(tmp_path):
    async with await open_storage(tmp_path) as storage:
        for session in (storage.writing, storage.reading):
            async with session() as connection:
                assert [await connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")] == [
                    "wal",
                    2,
                    1,
                ]


@pytest.mark.sqlite
async def test_somebody_elses_database_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / NAME) as database:
        database.execute("CREATE TABLE khac (x)")
    database.close()
    with pytest.raises(Refused, match="database version None"):
        await open_storage(tmp_path)


def test_the_data_folder_is_nobody_elses_to_read(tmp_path):
    asyncio.run((asyncio.run(open_storage(tmp_path / "data"))).close())
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
    assert os.access(tmp_path / "data", os.R_OK)


def test_a_grant_is_printed_with_the_roots_fingerprint(tmp_path):
    from evidence.signing import fingerprint

    made = grant(tmp_path, "https://so.tinh-mau.vn/", "--languages", "vi,km")
    assert made.exit_code == 0
    url, rest = made.stdout.strip().split("#")
    assert (url, rest.split(".")[1]) == ("https://so.tinh-mau.vn", fingerprint(ROOT.encode()))


@pytest.mark.parametrize(
    "wrong", [("--channels", "vn.21"), ("--languages", "vi,,km"), ("--languages", "tiếng Việt"), ("--place", "Bản Mẫu"), ("--url", "so")]
)
def test_a_wrong_grant_is_refused_by_name(tmp_path, wrong):
    made = grant(tmp_path, "https://so.tinh-mau.vn", *wrong)
    assert isinstance(made.exception, Refused)
    assert wrong[0] in str(made.exception)


def test_the_fleet_as_a_table(tmp_path):
    grant(tmp_path, "https://so.tinh-mau.vn")
    shown_table = CliRunner().invoke(command, ["units", "--data", str(tmp_path / "data")])
    assert (shown_table.exit_code, "0 thiết bị" in shown_table.stdout) == (0, True)
    nobody = CliRunner().invoke(command, ["maintenance", "--data", str(tmp_path / "data"), "bt-1", "--hours", "1"])
    assert isinstance(nobody.exception, Refused)


def test_a_server_may_hold_as_many_connections_as_the_machine_lets_it(house):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(512, hard), hard))
    try:
        process, _ = house()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert resource.prlimit(process.pid, resource.RLIMIT_NOFILE) == (hard, hard)
