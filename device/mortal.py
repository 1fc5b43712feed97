"""A child of a program ends when it is told to, and with that program however it ends: no microphone stays open, no card stays taken.

Only the standard library: the sound process imports this file.
"""

import ctypes
import os
import signal

_PARENT_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


def be_mortal() -> None:
    """Call it first of all: from then on the kernel kills this process when its parent has died, and SIGTERM ends it.

    SDL would take SIGTERM and SIGINT for itself when its first subsystem starts, and turn them into events that nobody reads here.
    """
    os.environ["SDL_NO_SIGNAL_HANDLERS"] = "1"
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
