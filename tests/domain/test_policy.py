"""What may be done, what is asked, what is refused."""

from __future__ import annotations

import pytest

from dsclone_tui.domain.jobs import CloneKind, CloneRequest
from dsclone_tui.domain.policy import Decision, Guard, Verdict, answered, decide_clone

ALLOW, ASK, REFUSE = Verdict.ALLOW, Verdict.ASK, Verdict.REFUSE
NOBODY, SOURCE, TARGET = (), ("main",), ("qa-*",)
BOTH = (*SOURCE, *TARGET)


def request(*options: str) -> CloneRequest:
    return CloneRequest("site", CloneKind.FORK, "123", "main", "qa-2", dict.fromkeys(options, True))


@pytest.mark.parametrize(
    ("protected", "options", "verdict", "confirm"),
    [
        (NOBODY, [], ALLOW, None),
        (NOBODY, ["fast"], ALLOW, None),
        (NOBODY, ["fast", "force"], ASK, None),
        (SOURCE, [], ALLOW, None),
        (SOURCE, ["fast"], ASK, "main"),
        (SOURCE, ["fast", "force"], ASK, "main"),
        (TARGET, [], ASK, "qa-2"),
        (TARGET, ["fast"], ASK, "qa-2"),
        (TARGET, ["fast", "force"], ASK, "qa-2"),
        (BOTH, [], ASK, "qa-2"),
        (BOTH, ["fast"], ASK, "main"),
        (BOTH, ["fast", "force"], ASK, "main"),
    ],
)
def test_a_new_name(protected: tuple[str, ...], options: list[str], verdict: Verdict, confirm: str | None) -> None:
    decision = decide_clone(request(*options), Guard(protected=protected))
    assert (decision.verdict, decision.confirm) == (verdict, confirm)
    assert bool(decision.reason) is (verdict is not ALLOW)


@pytest.mark.parametrize("options", [[], ["fast"], ["fast", "force"]])
def test_read_only_refuses_everything(options: list[str]) -> None:
    decision = decide_clone(request(*options), Guard(read_only=True))
    assert decision.verdict is REFUSE
    assert "read-only" in decision.reason


def test_an_existing_target_is_refused_even_with_force() -> None:
    decision = decide_clone(request("fast", "force"), Guard(), target_exists=True)
    assert decision == Decision(REFUSE, "qa-2 already exists")


def test_an_option_that_is_off_counts_for_nothing() -> None:
    off = CloneRequest("site", CloneKind.FORK, "123", "main", "qa-2", {"fast": False, "force": False})
    assert decide_clone(off, Guard(protected=SOURCE)).verdict is ALLOW


@pytest.mark.parametrize(
    ("pattern", "name", "protects"),
    [
        ("production", "production", True),
        ("production", "Production", False),
        ("production", "production-copy", False),
        ("prod*", "production", True),
        ("*", "anything", True),
        ("v[0-9]", "v2", True),
        ("v[0-9]", "vx", False),
    ],
)
def test_protected_names_and_globs(pattern: str, name: str, protects: bool) -> None:
    assert Guard(protected=(pattern,)).protects(name) is protects


@pytest.mark.parametrize(
    ("decision", "yes", "confirm", "goes_on"),
    [
        (Decision(ALLOW), False, [], True),
        (Decision(REFUSE, "no"), True, ["main"], False),
        (Decision(ASK, "sure?"), False, [], False),
        (Decision(ASK, "sure?"), True, [], True),
        (Decision(ASK, "sure?"), False, ["anything"], True),
        (Decision(ASK, "sure?", confirm="main"), True, [], False),
        (Decision(ASK, "sure?", confirm="main"), True, ["other"], False),
        (Decision(ASK, "sure?", confirm="main"), False, ["other", "main"], True),
    ],
)
def test_flags_as_answers(decision: Decision, yes: bool, confirm: list[str], goes_on: bool) -> None:
    assert answered(decision, yes=yes, confirm=confirm) is goes_on
