"""The guest's kernel: Debian's own, and the GPIO simulator that Debian leaves out, built from Debian's own source."""

import lzma
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path

from tests.guest.architecture import AMD64, Architecture
from tests.guest.debian import HEADERS, Apt

WANTED = ("drivers/gpio/gpio-sim.c", "drivers/gpio/gpiolib.h", "kernel/irq/irq_sim.c")
XZ = b"\xfd7zXZ\x00"


def fetch_kernel(apt: Apt, architecture: Architecture, version: str, folder: Path) -> Path:
    """Debian's kernel *version* unpacked below *folder*, with the simulator among its modules; the folder of its modules."""
    apt.unpack(f"linux-image-{version}", folder)
    modules = folder / "lib/modules" / version
    (modules / "extra").mkdir()
    shutil.copy(
        build_gpio_sim(architecture, _headers(apt, architecture, version, folder), folder / "gpio-sim"), modules / "extra/gpio-sim.ko"
    )
    subprocess.run(["depmod", "-b", folder, version], check=True)
    return modules


def build_gpio_sim(architecture: Architecture, headers: Path, folder: Path) -> Path:
    """The module ``gpio-sim``, out of tree and in one piece with ``irq_sim``, which Debian's kernel lacks as well."""
    folder.mkdir(parents=True)
    with tarfile.open(_source(headers.name.removeprefix(HEADERS))) as archive:
        for member in archive:
            if member.name.split("/", 1)[-1] in WANTED and (file := archive.extractfile(member)):
                (folder / Path(member.name).name).write_bytes(file.read())
    (folder / "gpio-sim.c").rename(folder / "simulator.c")
    _let_outputs_persist(folder / "simulator.c")
    simulated = folder / "irq_sim.c"
    # Two functions of irq_sim.c are exported to no module: what it exports nobody else needs, and irq_to_desc has a public twin.
    text = re.sub(r"^EXPORT_SYMBOL_GPL.*$", "", simulated.read_text(encoding="utf-8"), flags=re.M)
    simulated.write_text(text.replace("handle_simple_irq(irq_to_desc(irqnum));", "generic_handle_irq_safe(irqnum);"), encoding="utf-8")
    (folder / "Kbuild").write_text("obj-m := gpio-sim.o\ngpio-sim-y := simulator.o irq_sim.o\n", encoding="utf-8")
    with (folder / "build.log").open("wb") as log:
        cross = (f"ARCH={architecture.kernel_arch}", f"CROSS_COMPILE={architecture.prefix}")
        subprocess.run(["make", "-C", headers, f"M={folder}", *cross, "modules"], stdout=log, stderr=log, check=True)
    module = folder / "gpio-sim.ko"
    subprocess.run([f"{architecture.prefix}strip", "--strip-debug", module], check=True)
    return module


def _headers(apt: Apt, architecture: Architecture, version: str, folder: Path) -> Path:
    """Debian's headers of that kernel: those of this machine, or another processor's with this machine's own tools to build with."""
    headers = Path("/usr/src") / f"{HEADERS}{version}"
    if architecture == AMD64:
        return headers
    apt.unpack(headers.name, folder)
    unpacked = folder / headers.relative_to("/")
    # The package's links lead to tools that would run on the other processor.
    tools = folder / "usr/lib"
    tools.mkdir(parents=True, exist_ok=True)
    for kbuild in Path("/usr/lib").glob("linux-kbuild-*"):
        (tools / kbuild.name).symlink_to(kbuild)
    return unpacked


def _let_outputs_persist(source: Path) -> None:
    """Give the simulator the parameter ``persist``, for kernels that leave a pin driven when its program is gone.

    That is the parameter ``persist_gpio_outputs`` of the Pi's own driver, pinctrl-bcm2835; without it a pin falls back to its pull.
    """
    falls = "__assign_bit(offset, chip->value_map, !!test_bit(offset, chip->pull_map));"
    text = source.read_text(encoding="utf-8")
    if text.count(falls) != 1:
        raise SystemExit(f"{source}: gpio-sim của nhân này khác / this kernel's gpio-sim is another")
    parameter = "static bool persist;\nmodule_param(persist, bool, 0644);\n\nstatic void gpio_sim_free("
    text = text.replace(falls, f"if (!persist)\n\t\t{falls}").replace("static void gpio_sim_free(", parameter)
    source.write_text(text, encoding="utf-8")


def plain_image(architecture: Architecture, folder: Path) -> bytes:
    """The kernel out of its compressed wrapping, if it has one: QEMU starts that at once, and emulation does not unpack it each time."""
    (wrapped,) = (folder / "boot").glob("vmlinuz-*")
    image = wrapped.read_bytes()
    begin = image.find(XZ) if architecture.wrapped else -1
    return lzma.LZMADecompressor().decompress(image[begin:]) if begin > 0 else image


def with_needs(modules: Path, wanted: Iterable[str]) -> list[Path]:
    """The files of the *wanted* modules and of those that they need, relative to *modules*, in the order of loading."""
    needs = {}
    for line in (modules / "modules.dep").read_text(encoding="ascii").splitlines():
        file, _, needed = line.partition(":")
        needs[_name(file)] = [*reversed(needed.split()), file]
    built_in = {_name(line) for line in (modules / "modules.builtin").read_text(encoding="ascii").splitlines()}
    missing = [name for name in wanted if _name(name) not in needs.keys() | built_in]
    if missing:
        raise SystemExit(f"nhân không có mô-đun / the kernel has no module {', '.join(missing)}")
    return [Path(file) for file in dict.fromkeys(file for name in wanted for file in needs.get(_name(name), []))]


def _source(version: str) -> Path:
    base = re.match(r"\d+\.\d+", version)
    return Path(f"/usr/src/linux-source-{base[0] if base else version}.tar.xz")


def _name(file: str) -> str:
    return Path(file).name.partition(".")[0].replace("-", "_")
