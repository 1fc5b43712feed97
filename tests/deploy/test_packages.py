"""The packages of a unit: which libraries are in them, what they ask of Debian, and that the same files are always the same package."""

import ast
import hashlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib

import pytest
from packaging.utils import canonicalize_name

from deploy.deb import control, licences, tree
from deploy.deb.libraries import Pin, pins, read_lock
from deploy.deb.linked import needs
from deploy.deb.pack import pack
from deploy.deb.target import Arch, Suite, Target
from tests.deploy.units import DEPLOY

HOUSE = DEPLOY.parent
HERE = Target(Suite.BOOKWORM, Arch.AMD64)
EVERY = [Target(suite, arch) for suite in Suite for arch in Arch]
DAY = 1_700_000_000
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = [pattern.rstrip("*") for pattern in PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]]
CENTRE_MODULES = [name.removesuffix(".py").replace("/", ".") for name in tree.CENTRE]


def contents(file):
    """Of the package *file*: rights, owner and name of all that is in it."""
    said = subprocess.run(["dpkg-deb", "-c", file], capture_output=True, text=True, check=True).stdout
    return {line.split()[5].removeprefix("."): tuple(line.split()[:2]) for line in said.splitlines()}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Our own package for this release, twice, from folders made at different times."""
    files = []
    for turn in range(2):
        folder = tmp_path_factory.mktemp(f"turn-{turn}")
        wheels = control.wheels_package("0123456789ab", HERE)
        product = control.product_package("9.8.7", wheels, HERE)
        tree.version_folder(HOUSE, folder / "root", "9.8.7", "wheels-0123456789ab", ("bangtin", "caretaker", "device"), HERE)
        control.write(product, folder / "root", "9.8.7", "Tue, 14 Nov 2023 22:13:20 -0000", licences.of_product())
        pack(folder / "root", folder / product.file, DAY)
        files.append(folder / product.file)
    return files


def test_the_same_files_are_the_same_package_to_the_last_byte(built):
    assert len({hashlib.sha256(file.read_bytes()).hexdigest() for file in built}) == 1


def test_everything_in_it_belongs_to_root_and_nobody_else_can_write_it(built):
    found = contents(built[0])
    assert {owner for _, owner in found.values()} == {"root/root"}
    assert [name for name, (rights, _) in found.items() if rights[0] != "l" and rights[8] == "w"] == []


def test_what_officers_and_the_registry_use_and_what_was_compiled_here_stays_away(built):
    names = list(contents(built[0]))
    assert not [name for name in names if re.search(r"/(registry|demo|archive|preview|publish\.py|__pycache__)(/|$)", name)]
    assert [name for name in names if name.endswith("/caretaker/activation.py")]


def test_every_setting_of_deploy_is_in_it_where_activation_looks(built):
    names = set(contents(built[0]))
    for path in DEPLOY.rglob("*"):
        if path.is_file() and path.parent.relative_to(DEPLOY).as_posix() in tree.SYSTEM:
            place = tree.SYSTEM[path.parent.relative_to(DEPLOY).as_posix()]
            assert f"/usr/lib/bangtin/9.8.7/system/etc/{place}/{path.name}" in names
    # What a registry's machine needs is none of a unit's business.
    others = ("deb", "registry", "__pycache__")
    left = {path.name for path in DEPLOY.iterdir() if path.is_dir() and path.name not in others} - tree.SYSTEM.keys()
    assert left == set(), "a folder of settings that no package carries"


def test_it_names_its_libraries_its_python_and_asks_no_question(built):
    said = subprocess.run(["dpkg-deb", "-f", built[0]], capture_output=True, text=True, check=True).stdout
    assert "Package: bangtin-9.8.7\n" in said
    assert "bangtin-wheels-0123456789ab (= 1+deb12), python3.11," in said
    asked = set(re.search(r"(?m)^Depends: (.*)$", said)[1].split(", "))
    assert {"network-manager", "wpasupplicant", "wireless-regdb", "dnsmasq-base"} <= asked, "an image is made without recommendations"
    for name in ("postinst", "prerm", "postrm"):
        script = subprocess.run(["dpkg-deb", "-I", built[0], name], capture_output=True, text=True, check=True).stdout
        assert "@" not in script, "a word that was not filled in"
        assert not re.search(r"\b(read|debconf|whiptail)\b", script)
        subprocess.run(["sh", "-n"], input=script, text=True, check=True)


def test_its_commands_are_those_of_its_own_folder_whatever_is_current(built, tmp_path):
    subprocess.run(["dpkg-deb", "-x", built[0], tmp_path], check=True)
    folder = tmp_path / "usr/lib/bangtin/9.8.7"
    for command in tree.COMMANDS:
        assert (folder / "bin" / command).read_text(encoding="utf-8").startswith("#!/usr/lib/bangtin/9.8.7/bin/python -P\n")
    assert (folder / "bin/python").readlink().as_posix().endswith("/bin/python3.11")


@pytest.mark.parametrize("target", EVERY, ids=str)
def test_a_units_libraries_are_those_of_the_lock_file_without_the_registrys_and_the_developers(target):
    found = {pin.name for pin in pins(HOUSE, target)}
    assert {"aiohttp", "av", "lgpio", "numpy", "pangocairocffi", "pydantic", "pygame-ce", "tuf"} <= found
    extras = PROJECT["project"]["optional-dependencies"]
    away = {re.split(r"[>=\[]", text)[0] for name in ("dev", "registry") for text in extras[name]}
    assert found & away == set()


@pytest.mark.parametrize("target", EVERY, ids=str)
def test_a_target_takes_the_newest_wheels_that_its_c_library_can_load(target):
    assert target.platforms[0] == f"manylinux_2_{target.suite.glibc}_{target.arch.machine}"
    assert f"manylinux2014_{target.arch.machine}" in target.platforms


def test_a_lock_file_is_read_with_its_hashes():
    text = "# a comment\nOne_Thing==1.2 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via x\ntwo==3\n"
    assert read_lock(text) == (Pin("one-thing", "1.2", "One_Thing==1.2 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb"),)


def test_nothing_on_a_unit_imports_what_its_package_does_not_carry():
    provides = importlib.metadata.packages_distributions()
    carried = {canonicalize_name(pin.name) for pin in pins(HOUSE, HERE)}
    ours = set(PACKAGES)
    wrong = []
    for path in unit_modules():
        for name in imported(path):
            top = name.partition(".")[0]
            if top in ours:
                missing = any(name == centre or name.startswith(f"{centre}.") for centre in CENTRE_MODULES)
            else:
                there = {canonicalize_name(dist) for dist in provides.get(top, [])} & carried
                missing = top not in sys.stdlib_module_names and not there
            if missing:
                wrong.append(f"{path.relative_to(HOUSE)}: {name}")
    assert wrong == []


def unit_modules():
    for package in PACKAGES:
        for path in sorted((HOUSE / package).rglob("*.py")):
            if not any(path.is_relative_to(HOUSE / centre) for centre in tree.CENTRE):
                yield path


def imported(path):
    """The modules that *path* imports, also within its functions; not those that only type checkers see."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def test_what_a_library_is_linked_against_and_does_not_bring_is_asked_of_debian(tmp_path):
    """numpy could not be imported in an arm64 Debian that had no libstdc++6."""

    def link(name, *against):
        command = [
            "gcc",
            "-shared",
            "-nostdlib",
            "-x",
            "c",
            "/dev/null",
            f"-L{tmp_path}",
            "-Wl,--no-as-needed",
            "-Wl,--allow-shlib-undefined",
        ]
        subprocess.run([*command, "-o", tmp_path / name, *(f"-l:{other}" for other in against)], check=True)

    link("libone.so", "libz.so.1", "libc.so.6")
    link("libother.so", "libone.so", "libstdc++.so.6")
    assert needs(tmp_path) == ("libc6", "libstdc++6", "zlib1g")
    link("libthird.so", "libresolv.so.2")
    with pytest.raises(SystemExit, match="libresolv"):
        needs(tmp_path)
