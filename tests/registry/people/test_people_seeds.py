"""The secrets of codes are sealed: for one name, by one key that many processes make once, and nobody else can read."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from registry.people.codes import new_seed
from registry.people.seeds import KEY, Seeds, seeds_of

OURS, OTHERS = (Seeds(AESGCM.generate_key(256)) for _ in range(2))
NAMES = st.text(min_size=1, max_size=60).filter(lambda name: name.isprintable())


@given(NAMES, NAMES)
def test_what_is_sealed_for_a_name_opens_for_that_name_alone(name, other):
    seed = new_seed()
    sealed = OURS.seal(seed, name)
    assert OURS.open(sealed, name) == seed
    assert OURS.open(sealed, other) == (seed if other == name else None)
    assert OTHERS.open(sealed, name) is None
    assert seed not in sealed
    assert sealed != OURS.seal(seed, name)


@given(st.text(max_size=100))
def test_what_nobody_sealed_opens_nothing(told):
    assert OURS.open(told, "Lê Thị Quản") is None
    assert OURS.open(f"1.{told}", "Lê Thị Quản") is None


@given(st.data())
def test_one_changed_sign_opens_nothing(data):
    sealed = OURS.seal(new_seed(), "Lê Thị Quản")
    place = data.draw(st.integers(2, len(sealed) - 3))
    assert OURS.open(sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :], "Lê Thị Quản") is None


def test_the_key_is_made_once_also_by_several_processes_at_one_moment_and_is_its_owners_alone(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = {each.key for each in pool.map(lambda _: seeds_of(tmp_path), range(8))}
    assert len(keys) == 1
    assert (tmp_path / KEY).stat().st_mode & 0o777 == 0o600
    assert seeds_of(tmp_path).key in keys
    assert [path.name for path in tmp_path.iterdir()] == [KEY]


def test_a_key_that_others_can_read_or_that_is_none_is_refused(tmp_path):
    seeds_of(tmp_path)
    (tmp_path / KEY).chmod(0o640)
    with pytest.raises(Refused, match="others can read"):
        seeds_of(tmp_path)
    (tmp_path / KEY).chmod(0o600)
    for damaged in (b"", b"short", b"\xff\xfe", b"A" * 40):
        (tmp_path / KEY).write_bytes(damaged)
        with pytest.raises(Refused, match="backup"):
            seeds_of(tmp_path)
