"""What stands between the unit and its registry, from how a request failed. The clock is read once, the rest is pure."""

import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

from device.errors import SeamError
from device.first_boot import Step, Trouble
from device.paths import Paths
from device.routes import default_interfaces
from provisioning.first_boot import words

NOT_YET_VALID, EXPIRED = 9, 10
"""OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""


def obstacle(problem: SeamError, url: str, trusted: bool) -> tuple[Step, Trouble]:
    """Which step *problem* with the registry at *url* belongs to, and how it is told; *trusted*: the clock may be believed."""
    import aiohttp  # it is there already when a request has failed

    match problem.__cause__:
        case aiohttp.ClientConnectorCertificateError() as wrong:
            return _certificate(wrong.certificate_error, trusted)
        case aiohttp.ClientConnectorDNSError():
            return Step.NETWORK, words.no_name(urlsplit(url).hostname or url)
        case None:
            return Step.REGISTRY, words.busy(str(problem).removeprefix(f"{url}: "))
        case cause:
            return Step.NETWORK, words.not_reached(str(cause) or type(cause).__name__)


def _certificate(problem: Exception, trusted: bool) -> tuple[Step, Trouble]:
    code = problem.verify_code if isinstance(problem, ssl.SSLCertVerificationError) else 0
    if code == NOT_YET_VALID or (code == EXPIRED and not trusted):
        # Certificates are held against the system's own clock, whatever floor the unit's programs know.
        return Step.CLOCK, words.wrong_clock(f"{datetime.now(UTC):%H:%M %d/%m/%Y} UTC")
    return Step.REGISTRY, words.FOREIGN_TLS


def has_route(paths: Paths) -> bool | None:
    """Whether the kernel knows a way out, by IPv4 or IPv6; None when it does not say."""
    interfaces = default_interfaces(paths)
    return None if interfaces is None else bool(interfaces)
