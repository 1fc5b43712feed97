"""cairo and Pango, their C declarations parsed once at installation; ``python -m display.libraries`` does that.

Left to themselves these libraries parse their declarations at every start, which takes longer than all else until the first notice
is on the board (measured on two cores of a server: 200 ms of 700), and keeps the parser in memory. Where nobody has parsed them
beforehand they do so as ever.
"""

import ctypes
import os
import shutil
import sys
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from sysconfig import get_path
from types import ModuleType

_MODULES = {"pango": "pangocffi.ffi_build", "cairo": "cairocffi.ffi", "pangocairo": "pangocairocffi.ffi_build"}
_INCLUDED = "pangocffi._generated.ffi"
"""By this name the declarations of pangocairo ask for those of Pango."""
_HELD = "libpangocairo-1.0.so.0"
"""Needs all the others, so none of them is unmapped while this one is not."""
# Without a hint the libraries look for each name by running the linker's tools.
_FILES = {
    "PANGO": "libpango-1.0.so.0",
    "GOBJECT": "libgobject-2.0.so.0",
    "GLIB": "libglib-2.0.so.0",
    "PANGOCAIRO": _HELD,
}


def _name() -> str:
    """Where the declarations of just these versions lie: a library that was exchanged is parsed anew."""
    versions = "_".join(version(name) for name in ("cffi", "cairocffi", "pangocffi", "pangocairocffi"))
    return "bangtin_declarations_" + versions.replace(".", "_")


def parse_once() -> Path:
    """Write the parsed declarations beside the installed libraries; returns their folder."""
    from cffi.recompiler import make_py_source

    folder = Path(get_path("platlib")) / _name()
    if not folder.exists():
        half = folder.with_name(f"{folder.name}_half")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
        for name, module in _MODULES.items():
            make_py_source(sys.modules[module].ffi, f"{folder.name}.{name}", str(half / f"{name}.py"))
        half.rename(folder)
    return folder


def _take_parsed() -> None:
    for name, file in _FILES.items():
        os.environ.setdefault(f"{name}_LOCATION", file)
    with suppress(ImportError):
        for name, module in _MODULES.items():
            found: ModuleType = import_module(f"{_name()}.{name}")
            sys.modules[module] = found
            if name == "pango":
                sys.modules[_INCLUDED] = found


# For each new font Pango begins a thread that nobody waits for. At the interpreter's end the libraries would be unmapped under it:
# a segmentation fault (seen once in 40 to 100 processes that ended right after their first text). What ctypes opens stays open.
with suppress(OSError):
    ctypes.CDLL(_HELD)

# All of them or none: two sets of declarations do not know each other's types.
if not {"cairocffi", "pangocffi", "pangocairocffi"} & sys.modules.keys() and __name__ != "__main__":
    _take_parsed()

import cairocffi  # noqa: E402 - now that their declarations are at hand
import pangocairocffi  # noqa: E402
import pangocffi  # noqa: E402

__all__ = ["cairocffi", "pangocairocffi", "pangocffi"]

if __name__ == "__main__":
    parse_once()
