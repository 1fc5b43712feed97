"""cairo and Pango, their C declarations parsed once at installation; ``python -m display.libraries`` does that.

Left to themselves these libraries parse their declarations at every start, which takes longer than all else until the first notice
is on the board (measured on two cores of a server: 200 ms of 700), and keeps the parser in memory. Where nobody has parsed them
beforehand they do so as ever.
"""

import ctypes.util
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
_FILES = {
    "cairo-2": "libcairo.so.2",
    "pango": "libpango-1.0.so.0",
    "gobject-2.0": "libgobject-2.0.so.0",
    "glib-2.0": "libglib-2.0.so.0",
    "pangocairo-1.0": _HELD,
}
"""By the names that the libraries ask for; left to themselves they run the linker's tools, and a compiler, for each."""


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

_find = ctypes.util.find_library
ctypes.util.find_library = lambda name: _FILES.get(name)
try:
    # Now that their declarations are at hand.
    import cairocffi
    import pangocairocffi
    import pangocffi
finally:
    ctypes.util.find_library = _find

__all__ = ["cairocffi", "pangocairocffi", "pangocffi"]

if __name__ == "__main__":
    parse_once()
