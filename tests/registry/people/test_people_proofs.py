"""What proves who somebody is: passwords that cost something to guess, codes of RFC 6238, waits that grow and end."""

import base64
import re
import unicodedata
from datetime import UTC, datetime, timedelta

import argon2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle.errors import Refused
from registry.people import codes, passwords
from registry.people.limits import Limits
from registry.people.locks import wait_everywhere, wait_here

NOW, LIMITS = datetime(2026, 11, 21, 5, 0, tzinfo=UTC), Limits()


def test_a_password_is_kept_by_argon2id_with_the_recommended_parameters():
    kept = passwords.kept("chè xanh bến nứa")
    found = argon2.extract_parameters(kept)
    assert (found.type, found) == (argon2.Type.ID, argon2.profiles.RFC_9106_LOW_MEMORY)
    assert passwords.fits(kept, unicodedata.normalize("NFD", "chè xanh bến nứa"))
    assert not passwords.fits(kept, "che xanh ben nua")
    assert not passwords.fits(None, "chè xanh bến nứa"), "nobody's password is no password"
    assert not passwords.outworn(kept)
    assert passwords.outworn(argon2.PasswordHasher(time_cost=1, memory_cost=64).hash("x"))


@pytest.mark.parametrize("weak", ["ngắn thôi", "Matkhau 123456", "LÊ THỊ QUẢN 86", "lethiquan2026", "121212121212", "x" * 201])
def test_a_weak_password_is_refused_with_what_to_do(weak):
    with pytest.raises(Refused) as refused:
        passwords.checked(weak, "Lê Thị Quản", LIMITS)
    assert refused.value.complaints[0].do


def test_two_letters_of_a_name_forbid_no_words():
    assert passwords.fits(passwords.checked("hoàng hôn bến đò xa", "An", LIMITS), "hoàng hôn bến đò xa")


# RFC 6238, appendix B, SHA-1: the last six figures of its eight.
@pytest.mark.parametrize(("seconds", "figures"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")])
def test_codes_are_those_of_the_standard(seconds, figures):
    seed = base64.b32encode(b"12345678901234567890").decode()
    assert codes.code_at(seed, datetime.fromtimestamp(seconds, UTC)) == figures


@given(st.integers(-90, 90), st.integers(0, 29))
def test_a_code_counts_half_a_minute_around_its_own_and_once(off, into):
    seed, now = base64.b32encode(b"12345678901234567890").decode(), NOW + timedelta(seconds=into)
    told = codes.code_at(seed, now + timedelta(seconds=off))
    step = codes.step_of(seed, f"{told[:3]} {told[3:]}", now, None)
    assert (step is not None) is (-1 <= (into + off) // 30 <= 1)
    assert step is None or codes.step_of(seed, told, now, step) is None


@given(st.text("0123456789abgz -\u00e9\u0661\u1ea1\n", max_size=20))
def test_whatever_is_typed_as_a_code_is_an_answer(told):
    assert codes.step_of(codes.new_seed(), told, NOW, 2**40) is None
    found = codes.recovery_of(told)
    assert found is None or re.fullmatch("[a-z2-9]{12}", found)


def test_recovery_codes_are_all_different_and_read_as_they_are_written():
    given_out = codes.new_recovery(10)
    assert len({codes.recovery_of(each.upper()) for each in given_out} - {None}) == 10


@given(st.integers(0, 10_000))
def test_waits_grow_and_end(wrong):
    here = wait_here(wrong, LIMITS)
    assert timedelta() <= here <= wait_here(wrong + 1, LIMITS) <= LIMITS.most_wait
    assert (here > timedelta()) is (wrong >= LIMITS.tries)
    assert (wait_everywhere(wrong, LIMITS) > timedelta()) is (wrong >= LIMITS.tries_anywhere)
