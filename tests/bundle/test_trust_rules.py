"""Reading packs loads no network library, and takes nothing from whoever downloads afterwards."""

import subprocess
import sys

READ, DOWNLOADED = "import bundle.trust.verify", "from tuf.ngclient import Updater"
TOLD = """
import sys
{first}
loaded = [name for name in ("urllib3", "http.client", "ssl") if name in sys.modules]
{then}
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
from tuf.ngclient._internal import trusted_metadata_set
assert sys.modules["tuf.ngclient"].Updater is not None
assert TrustedMetadataSet is sys.modules["bundle.trust.verify"].TrustedMetadataSet
print(",".join(loaded))
"""


def loaded_by(first: str, then: str) -> list[str]:
    line = [sys.executable, "-c", TOLD.format(first=first, then=then)]
    done = subprocess.run(line, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip().split(",")


def test_a_program_that_only_reads_packs_loads_no_network_library():
    assert loaded_by(READ, DOWNLOADED) == [""]


def test_whoever_downloads_keeps_the_same_rules():
    assert "urllib3" in loaded_by(DOWNLOADED, READ)
