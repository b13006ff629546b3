"""A vendor's options: known ones only, companions required, in the vendor's order. And what resources say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsclone_tui.domain.errors import UsageError
from dsclone_tui.domain.jobs import CloneKind
from dsclone_tui.domain.naming import DATOCMS_ENVIRONMENT
from dsclone_tui.domain.resources import Project, Resource
from dsclone_tui.domain.vendor import CloneOption, VendorProfile

FAST = CloneOption("fast", "fast", "quicker")
FORCE = CloneOption("force", "force", "over editors", needs="fast")
RETURN = CloneOption("immediate_return", "immediate return", "do not wait")
PROFILE = VendorProfile(
    "datocms",
    "DatoCMS",
    CloneKind.FORK,
    "environment",
    "environments",
    DATOCMS_ENVIRONMENT,
    (FAST, FORCE, RETURN),
    streams=False,
)


def test_options_that_are_off_are_left_out() -> None:
    assert PROFILE.checked({"fast": False, "immediate_return": True, "unknown": False}) == {"immediate_return": True}


def test_force_needs_fast() -> None:
    with pytest.raises(UsageError, match="--force needs --fast") as caught:
        PROFILE.checked({"force": True, "fast": False})
    assert caught.value.info.code == "bad_option"
    assert PROFILE.checked({"force": True, "fast": True}) == {"fast": True, "force": True}


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(UsageError, match="DatoCMS knows no option skip_history"):
        PROFILE.checked({"skip_history": True})


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["immediate_return", "force", "fast"]), st.booleans()))
def test_the_order_is_the_vendor_s(options: dict[str, bool]) -> None:
    try:
        kept = list(PROFILE.checked(options))
    except UsageError:
        assert options.get("force")
        assert not options.get("fast")
        return
    assert kept == [option.id for option in PROFILE.options if options.get(option.id)]


def test_flags() -> None:
    assert PROFILE.option("immediate_return").flag == "--immediate-return"


@pytest.mark.parametrize(
    ("resource", "summary"),
    [
        (Resource("main", "environment", primary=True), "ready, primary"),
        (Resource("qa", "environment", status="creating", progress=33.6), "creating 34 %"),
        (Resource("main", "environment", read_only=True, primary=True), "ready, primary, read-only"),
        (Resource("notes", "dataset", addon_for="production"), "ready, add-on for production"),
    ],
)
def test_a_resource_in_a_few_words(resource: Resource, summary: str) -> None:
    assert resource.summary == summary


def test_the_json_of_a_listing() -> None:
    made = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    document = Resource("qa", "environment", forked_from="main", created_at=made, facts={"age": "1d"}).to_json()
    assert (document["name"], document["kind"], document["status"]) == ("qa", "environment", "ready")
    assert (document["forked_from"], document["created_at"]) == ("main", "2026-11-22T12:00:00.000Z")
    assert document["facts"] == {"age": "1d"}
    assert Project("zp", "Acme", note="blocked").to_json() == {"id": "zp", "title": "Acme"}
