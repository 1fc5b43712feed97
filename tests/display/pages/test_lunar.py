"""The lunar calendar of Viet Nam: known new years and leap months, also where the neighbours' calendar differs by its hour."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.pages.lunar import lunar_date

NEW_YEARS = [
    (date(1985, 1, 21), "Ất Sửu"),  # a month before China's
    (date(2007, 2, 17), "Đinh Hợi"),  # a day before China's
    (date(2024, 2, 10), "Giáp Thìn"),
    (date(2025, 1, 29), "Ất Tỵ"),
    (date(2026, 2, 17), "Bính Ngọ"),
    (date(2027, 2, 6), "Đinh Mùi"),
    (date(2030, 2, 2), "Canh Tuất"),  # a day before China's
]


@pytest.mark.parametrize(("day", "name"), NEW_YEARS, ids=[name for _, name in NEW_YEARS])
def test_the_new_year_begins_on_its_day(day: date, name: str) -> None:
    first = lunar_date(day)
    assert (first.day, first.month, first.leap, first.year, first.year_name) == (1, 1, False, day.year, name)
    assert lunar_date(day - timedelta(1)).month == 12


LEAP_MONTHS = [(date(2023, 3, 22), 2), (date(2025, 7, 25), 6), (date(2028, 6, 23), 5), (date(2033, 12, 22), 11)]


@pytest.mark.parametrize(("day", "month"), LEAP_MONTHS)
def test_a_leap_month_repeats_the_number_of_the_one_before_it(day: date, month: int) -> None:
    first = lunar_date(day)
    assert (first.day, first.month, first.leap) == (1, month, True)
    assert str(first) == f"1/{month} nhuận âm lịch"
    before = lunar_date(day - timedelta(1))
    assert (before.month, before.leap) == (month, False)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 30)))
def test_each_day_follows_the_one_before_it(day: date) -> None:
    today, tomorrow = lunar_date(day), lunar_date(day + timedelta(1))
    assert 1 <= today.day <= 30
    if tomorrow.day == 1:
        assert today.day >= 29
    else:
        assert (tomorrow.day, tomorrow.month, tomorrow.leap, tomorrow.year) == (today.day + 1, *today[1:])


def test_a_board_says_it_in_one_word_group() -> None:
    assert str(lunar_date(date(2026, 11, 26))) == "18/10 âm lịch"
