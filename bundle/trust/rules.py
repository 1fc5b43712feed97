"""TUF's own rules for a set of metadata, without the downloader that python-tuf loads with them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import tuf

_CLIENT = "tuf.ngclient"


@contextmanager
def _without_downloader() -> Iterator[None]:
    """Who only reads packs has no network: importing the package itself would load urllib3, HTTP and TLS, 20 ms of a board's start."""
    if _CLIENT in sys.modules:
        yield
        return
    bare = ModuleType(_CLIENT)
    bare.__path__ = [f"{folder}/ngclient" for folder in tuf.__path__]
    sys.modules[_CLIENT] = bare
    try:
        yield
    finally:
        # Whoever wants the downloader imports the real one, which takes these same modules.
        del sys.modules[_CLIENT]


with _without_downloader():
    from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
    from tuf.ngclient.config import EnvelopeType

__all__ = ["EnvelopeType", "TrustedMetadataSet"]
