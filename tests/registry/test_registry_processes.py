"""Two processes of one registry behind the nginx that deploy/ describes: one dies, and nothing that was acknowledged is lost."""

import asyncio
import json
import os
import re
import secrets
import socket
import ssl
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import func, select

from registry.fleet.grants import make_grant
from registry.fleet.tables import lines
from registry.storage.storage import open_storage
from tests.registry.cluster import VARIABLE, drop_database, make_database
from tests.registry.web.conftest import VILLAGE, Unit, publish, shown

pytestmark = pytest.mark.skipif(not os.environ.get(VARIABLE), reason="needs the cluster that `make postgres` starts")

CONFIGURATION = Path("deploy/registry/nginx.conf")
NAME = "so.tinh-mau.vn"


def certificate(folder):
    """A certificate for the registry's name, as an authority would have given it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False).sign(key, SHA256())
    folder.mkdir()
    (folder / "fullchain.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "privkey.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def free_ports(count):
    with ExitStack() as stack:
        found = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in found]


class Station:
    """The machine of a registry: its data, its tree, two processes, nginx."""

    def __init__(self, folder, stack):
        self.folder, self.stack = folder, stack
        self.data, self.public = folder / "data", folder / "public"
        self.http, self.https, *self.ports = free_ports(4)

    def serve(self, port):
        line = [sys.executable, "-m", "bangtin", "registry", "serve", "--data", self.data, "--site", self.public / "content"]
        line += ["--port", str(port), "--behind-proxy", "--client-header", "X-Real-IP", "--url", f"https://{NAME}"]
        # As its service has it: what it publishes is to be read by nginx, whose user is another.
        process = subprocess.Popen([str(word) for word in line], stdout=subprocess.PIPE, text=True, umask=0o077)
        self.stack.callback(_end, process)
        assert process.stdout is not None
        assert "is up" in process.stdout.readline()
        return process

    def proxy(self):
        text = CONFIGURATION.read_text(encoding="utf-8")
        text = re.sub(r"(?m)^ *listen \[::\].*\n", "", text).replace("listen 80;", f"listen 127.0.0.1:{self.http};")
        text = (
            text.replace("listen 443", f"listen 127.0.0.1:{self.https}")
            .replace("8081", str(self.ports[0]))
            .replace("8082", str(self.ports[1]))
        )
        text = text.replace("/etc/ssl/bangtin", str(self.folder / "tls")).replace("/var/lib/bangtin-registry/public", str(self.public))
        head = f"daemon off; master_process off; pid {self.folder}/nginx.pid; error_log {self.folder}/error.log;\n"
        paths = "".join(f"{each}_temp_path {self.folder}/{each};\n" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        written = self.folder / "nginx.conf"
        written.write_text(f"{head}events {{}}\nhttp {{\naccess_log off;\n{paths}{text}\n}}\n", encoding="utf-8")
        process = subprocess.Popen(["/usr/sbin/nginx", "-p", str(self.folder), "-c", str(written)])
        self.stack.callback(_end, process)


def _end(process):
    if process.poll() is None:
        process.terminate()
    process.wait(20)
    if process.stdout is not None:
        process.stdout.close()


@pytest.fixture
def station(tmp_path):
    name = f"processes_{secrets.token_hex(4)}"
    address = make_database(os.environ[VARIABLE], name)
    with ExitStack() as stack:
        stack.callback(drop_database, os.environ[VARIABLE], name)
        found = Station(tmp_path, stack)
        found.data.mkdir(mode=0o700)
        (found.data / "database").touch(mode=0o600)
        (found.data / "database").write_text(address)
        publish(found.public / "content", "vn.20.06001", 7)
        # Else nginx, which answers as nobody when root starts it, gets into no folder of a test.
        for folder in (tmp_path, *list(tmp_path.parents)[:3]):
            folder.chmod(folder.stat().st_mode | 0o055)
        certificate(tmp_path / "tls")
        found.processes = [found.serve(port) for port in found.ports]
        found.proxy()
        yield found


@pytest.fixture
async def client(station):
    context = ssl.create_default_context(cafile=str(station.folder / "tls/fullchain.pem"))
    resolver = aiohttp.resolver.ThreadedResolver()

    async def here(host, port=0, family=0):
        return await real("127.0.0.1", port, family)

    real, resolver.resolve = resolver.resolve, here
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context, resolver=resolver)) as session:
        async with asyncio.timeout(20):
            while True:
                try:
                    async with session.get(f"https://{NAME}:{station.https}/content/metadata/vn.20.06001/timestamp.json"):
                        break
                except aiohttp.ClientConnectorError:
                    await asyncio.sleep(0.05)
        yield session


async def enrolled(station, client):
    async with await open_storage(station.data) as storage, storage.writing() as connection:
        made = await make_grant(connection, VILLAGE, f"https://{NAME}", datetime.now(UTC))
    unit = Unit()
    answer = await client.post(f"https://{NAME}:{station.https}/v1/enrol", data=unit.enrolment(made.split("#")[1].split(".")[0]))
    assert answer.status == 200, await answer.text()
    return unit


async def test_one_process_dies_and_nothing_acknowledged_is_lost(station, client):
    unit, base = await enrolled(station, client), f"https://{NAME}:{station.https}"

    async def report(n):
        body = json.dumps({"format": 1, "reports": [unit.report(n, [("display", shown(n))])]})
        try:
            async with client.post(f"{base}/v1/report", data=body) as answer:
                return n if answer.status == 200 and n in (await answer.json())["reports"] else None
        except aiohttp.ClientError:
            return None

    first = [await report(n) for n in range(20)]
    going = asyncio.gather(*(report(n) for n in range(20, 120)))
    await asyncio.sleep(0)
    station.processes[0].kill()
    acknowledged = {n for n in (*first, *await going, *[await report(n) for n in range(120, 140)]) if n is not None}
    # The second process alone serves on: the first is dead, and nginx has noticed.
    assert set(range(20)) <= acknowledged
    assert set(range(120, 140)) <= acknowledged
    async with await open_storage(station.data) as storage, storage.reading() as connection:
        kept = set(await connection.scalars(select(lines.c.n)))
    assert acknowledged <= kept


async def test_what_one_process_files_the_other_has_at_once_and_files_it_no_second_time(station, client):
    unit = await enrolled(station, client)
    body = json.dumps({"format": 1, "reports": [unit.report(1, [("display", shown(1))])]})
    for port in (*station.ports, *station.ports):
        async with client.post(f"http://127.0.0.1:{port}/v1/report", data=body) as answer:
            assert (await answer.json())["reports"] == [1]
    async with await open_storage(station.data) as storage, storage.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(lines)) == 1


async def test_the_proxy_hands_out_content_and_keeps_to_itself_what_only_this_machine_asks(station, client):
    base = f"https://{NAME}:{station.https}"
    async with client.get(f"{base}/content/metadata/vn.20.06001/timestamp.json") as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
        assert answer.headers["Strict-Transport-Security"]
    for path in (
        "/content/metadata/",
        "/content/history/x.pack",
        "/ready",
        "/health",
        "/metrics",
        "/content/metadata/..%2f..%2fdata/database",
    ):
        async with client.get(base + path) as answer:
            assert answer.status in (400, 403, 404), path
    async with client.get(f"http://127.0.0.1:{station.http}/x", allow_redirects=False, headers={"Host": NAME}) as answer:
        assert (answer.status, answer.headers["Location"]) == (308, f"https://{NAME}/x")
