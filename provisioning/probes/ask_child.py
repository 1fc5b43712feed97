"""Asking SDL through a child process, with an end to our patience."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

PATIENCE = 20.0
"""Seconds: a screen behind a slow adapter needs several."""


class NoAnswer(Exception):
    """The child hung, crashed, or said that it cannot; the message is its own."""


def ask_child(what: str, options: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """What ``provisioning.probes.child`` found, else ``NoAnswer``."""
    command = [sys.executable, "-m", "provisioning.probes.child", what, json.dumps(options)]
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "PYGAME_HIDE_SUPPORT_PROMPT": "1", **environment},
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoAnswer(f"không trả lời trong {PATIENCE:.0f} giây / no answer within {PATIENCE:.0f} seconds") from None
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        raise NoAnswer(f"tiến trình con kết thúc với mã {done.returncode} / the child ended with {done.returncode}") from None
    if "problem" in answer:
        raise NoAnswer(str(answer["problem"]))
    found: dict[str, Any] = answer["found"]
    return found
