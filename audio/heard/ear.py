"""The unit's ear as a process of its own: opened only while an attention signal may sound, it tells levels and keeps no sound.

``python -m audio.heard.ear``: one line of JSON for every 50 ms, the moment (seconds since boot) at which it began and the levels in dBFS at
`audio.heard.hearing.FREQUENCIES`. It ends when its standard output is closed, or after `LONGEST` seconds whatever happens.
"""

import argparse
import json
import os

import numpy as np

from audio.heard.goertzel import levels
from audio.heard.hearing import BLOCK, FREQUENCIES, HOP
from audio.on_site.capture import Captured, open_device
from audio.on_site.live_voice import RATE
from device.boottime import boottime
from device.mortal import be_mortal

LONGEST = 60.0
_KEPT = 200
"""Blocks: four seconds, for a machine that is busy elsewhere; nobody waits for what the ear tells."""
_LOOK_EVERY = 0.2


def listen(captured: Captured, until: float) -> None:
    """Tell levels until *until*, seconds since boot, or until nobody reads any more."""
    kept = np.empty(0, np.int16)
    while boottime() < until:
        captured.came.wait(_LOOK_EVERY)
        captured.came.clear()
        # What comes meanwhile is for the next round: no flood of samples keeps this one from its end.
        for _ in range(len(captured.blocks)):
            kept = np.concatenate([kept, np.frombuffer(captured.blocks.popleft(), np.int16)])
        now = boottime()
        lines = []
        while len(kept) >= BLOCK:
            found = levels(kept[:BLOCK], FREQUENCIES, RATE)
            lines.append(json.dumps([round(now - len(kept) / RATE, 4), *(round(float(level), 2) for level in found)]) + "\n")
            kept = kept[HOP:]
        try:
            os.write(1, "".join(lines).encode())
        except BrokenPipeError:
            return


def main() -> None:
    """Started by the voice."""
    be_mortal()
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="", help="name of the input device; empty is the default one")
    captured = Captured(_KEPT)
    device = open_device(captured, parser.parse_args().device)
    listen(captured, boottime() + LONGEST)
    # Whoever closes a device holds what its callback waits for, so it stays open to the end.
    os._exit(0 if device else 1)


if __name__ == "__main__":
    main()
