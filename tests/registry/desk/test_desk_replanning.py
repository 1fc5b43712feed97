"""A plan that was sent back goes on with exactly the edits that it was made of."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bundle.policy import Weekday
from registry.desk.planning import Edit, Often, Plan, Rule, planned
from registry.desk.replanning import edits_of
from tests.director import village as v
from tests.registry.desk.test_desk_planning import BUNDLE, BY, DAILY, change

DAY = v.DAY.date()
RULES = st.sampled_from([Rule(first=DAY, often=Often.DAYS, days=(Weekday.MO, Weekday.SA)), Rule(first=DAY, often=Often.ONCE), DAILY])
PARTS = {
    "title": st.text("abcđ", min_size=1, max_size=5),
    "clock": st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    "rule": RULES,
    "order": st.lists(st.sampled_from(["tin", "dai-tinh"]), min_size=1, max_size=3).map(tuple),
    "zones": st.sampled_from([(), ("cho",)]),
}
SKIPPED = st.lists(st.integers(0, 9).map(lambda n: DAY + timedelta(days=n)), unique=True, max_size=3).map(tuple)


def edits(session, required=()):
    wanted = {name: PARTS[name] for name in required} | {"session": st.just(session), "skipped": SKIPPED}
    return st.fixed_dictionaries(wanted, optional={name: each for name, each in PARTS.items() if name not in required}).map(
        lambda told: Edit(**told)
    )


@given(edits("sang"), edits("moi", ("title", "clock", "rule", "order")))
def test_the_edits_of_a_change_make_the_same_change_again(known, new):
    before = change(known, new, removed=("toi",))
    again = planned(Plan(format=1, channel=v.COMMUNE, edits=tuple(edits_of(before, BUNDLE)), removed=("toi",)), BUNDLE, BY, v.MADE)
    assert again == before


def test_what_was_not_touched_is_not_among_them():
    (edit,) = edits_of(change(Edit(session="sang", skipped=(DAY,))), BUNDLE)
    assert edit == Edit(session="sang", skipped=(DAY,))
