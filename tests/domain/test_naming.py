"""Names of new stores: what the vendors take, and what is suggested."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsclone_tui.domain.naming import DATOCMS_ENVIRONMENT, SANITY_DATASET, NameRule, suggest, target_problem

RULES = [SANITY_DATASET, DATOCMS_ENVIRONMENT]
steady = settings(deadline=None)
names = st.text(max_size=80) | st.text(alphabet="abz09-_~", max_size=80)


@pytest.mark.parametrize("name", ["ab", "production", "staging-2", "a_b", "0x", "a" * 64, "a--b", "a-_b"])
def test_sanity_takes(name: str) -> None:
    assert SANITY_DATASET.problem(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",
        "a" * 65,
        "Production",
        "-ab",
        "_ab",
        "ab-",
        "ab_",
        "~alias",
        "a b",
        "a.b",
        "ä1",
        "ab\n",
        "a\x00b",
        "ab٣",
    ],
)
def test_sanity_does_not_take(name: str) -> None:
    assert SANITY_DATASET.problem(name)


@pytest.mark.parametrize("name", ["a", "main", "main-copy", "2026-11-22", "a" * 63, "4ae3d1bb70" * 4])
def test_datocms_takes(name: str) -> None:
    assert DATOCMS_ENVIRONMENT.problem(name) is None


@pytest.mark.parametrize("name", ["", "a" * 64, "Main", "my_env", "-a", "a-", "a--b", "a b", "a/b", "main\n", "é"])
def test_datocms_does_not_take(name: str) -> None:
    assert DATOCMS_ENVIRONMENT.problem(name)


def test_the_problem_is_told_in_words() -> None:
    assert SANITY_DATASET.problem("") == "a dataset needs a name"
    assert SANITY_DATASET.problem("a") == "at least 2 characters"
    assert SANITY_DATASET.problem("a" * 70) == "70 characters; 64 at most"
    assert SANITY_DATASET.problem("A!") == SANITY_DATASET.spelled


def test_a_taken_name_is_a_problem_and_a_bad_one_comes_first() -> None:
    assert target_problem(SANITY_DATASET, "staging", {"staging"}) == "staging already exists"
    assert target_problem(SANITY_DATASET, "staging", {"production"}) is None
    assert target_problem(SANITY_DATASET, "S", {"S"}) == "at least 2 characters"


@pytest.mark.parametrize(
    ("source", "taken", "name"),
    [
        ("production", [], "production-copy"),
        ("production", ["production-copy"], "production-copy-2"),
        ("production", ["production-copy", "production-copy-2"], "production-copy-3"),
        ("Main_Site v2", [], "main-site-v2-copy"),
        ("???", [], "dataset-copy"),
        ("a" * 64, [], "a" * 59 + "-copy"),
    ],
)
def test_suggestions(source: str, taken: list[str], name: str) -> None:
    assert suggest(SANITY_DATASET, source, taken) == name


def test_a_suggestion_is_not_cut_at_a_dash() -> None:
    assert suggest(DATOCMS_ENVIRONMENT, "a" * 57 + "-" + "b" * 10, []) == "a" * 57 + "-copy"


@pytest.mark.parametrize("rule", RULES, ids=["sanity", "datocms"])
@steady
@given(source=names, count=st.integers(0, 12))
def test_a_suggestion_is_always_valid_and_free(rule: NameRule, source: str, count: int) -> None:
    taken: list[str] = []
    for _ in range(count + 1):
        name = suggest(rule, source, taken)
        assert target_problem(rule, name, taken) is None
        taken.append(name)
