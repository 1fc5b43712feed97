"""The service of provisioning waits for years on most units: what only a request or an open page needs is not in its memory."""

import subprocess
import sys

STORY = """
import sys
import provisioning.commands, provisioning.first_boot.main
print([name for name in ("aiohttp", "provisioning.page.site", "numpy", "cairo", "pygame", "gpiozero") if name in sys.modules])
"""


def test_a_unit_at_rest_carries_no_web_server_and_no_client() -> None:
    done = subprocess.run([sys.executable, "-c", STORY], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
