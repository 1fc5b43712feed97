#!/usr/bin/env python3
"""Stands in for Piper's command where it is not installed: the same options and files, with espeak-ng's voice behind them.

Like Piper's first releases it begins its output file again with every line that it reads.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("-m", "--model", required=True, type=Path)
parser.add_argument("-f", "--output_file", "--output-file", required=True)
for option in ("--noise_scale", "--noise_w", "--length_scale", "--sentence_silence"):
    parser.add_argument(option, type=float)
given = parser.parse_args()
if not given.model.is_file():
    sys.exit(f"Unable to find voice: {given.model}")
voice = json.loads(Path(f"{given.model}.json").read_text(encoding="utf-8"))["espeak"]["voice"]
for line in sys.stdin:
    if line.strip():
        subprocess.run(["espeak-ng", "-v", voice, "-a", "60", "-b", "1", "-w", given.output_file], input=line.encode(), check=True)
