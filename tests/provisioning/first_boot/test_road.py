"""Why the registry's certificate is not believed: a clock of 1970 is something else than somebody who stands between."""

import ssl
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from device.clock import ManualClock
from device.errors import Unreachable
from device.first_boot import Step
from evidence.records import ClockState
from provisioning.first_boot.pairing import Registry
from tests.provisioning.first_boot.conftest import steps, tell

NOW = datetime.now(UTC)


def certificate(folder, name, since, until):
    key, who = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM))
    return path


CASES = {
    "a clock of 1970": ("localhost", timedelta(days=365), timedelta(days=730), ClockState.UNKNOWN, Step.CLOCK, "the clock says"),
    "a clock that ran ahead": ("localhost", -timedelta(days=90), -timedelta(days=1), ClockState.UNKNOWN, Step.CLOCK, "the clock says"),
    "an old certificate": ("localhost", -timedelta(days=90), -timedelta(days=1), ClockState.TRUSTED, Step.REGISTRY, "not the registry's"),
    "a foreign name": ("login.wifi", -timedelta(days=9), timedelta(days=9), ClockState.TRUSTED, Step.REGISTRY, "not the registry's"),
}


@pytest.mark.parametrize("case", CASES)
async def test_a_certificate_that_is_not_believed_says_why(wired, tmp_path, aiohttp_server, case):
    name, since, until, state, step, said = CASES[case]
    path = certificate(tmp_path, name, NOW + since, NOW + until)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(path)
    server = await aiohttp_server(aiohttp.web.Application(), ssl=serving)
    trusting = ssl.create_default_context(cafile=str(path))

    async def root(url):
        # As the unit asks, but for the authority that it believes: ours instead of the system's.
        try:
            async with aiohttp.ClientSession() as session, session.get(f"{url}/v1/root", ssl=trusting) as answer:
                return await answer.read()
        except aiohttp.ClientError as problem:
            raise Unreachable(f"{url}: {problem}") from problem

    tell(wired, f'registry = "https://localhost:{server.port}"\n')
    found = steps(wired, ManualClock.at(NOW, state), Registry(root=root))
    await found.look()
    (trouble,) = found.known.troubles[step]
    assert (found.known.step, said in trouble.what[1]) == (step, True), trouble
    assert trouble.do is not None
