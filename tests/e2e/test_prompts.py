"""What the command line asks a person, and what it does with the answer."""

from __future__ import annotations

from typing import Any


def test_a_missing_target_is_asked_for(serve: Any, terminal: Any) -> None:
    config = serve("0")
    shell = terminal(100, 24, "--config", config, "copy", "sanity:zp7mbokg/staging")
    shell.wait("Name of the new dataset:")
    shell.send("asked-for", "enter")
    shell.wait("completed")
    assert shell.ended() == 0


def test_a_fast_fork_of_a_protected_source_wants_its_name_typed(serve: Any, terminal: Any) -> None:
    config = serve("0")
    argv = ("--config", config, "fork", "datocms:main", "qa", "--fast")
    refused = terminal(100, 24, *argv)
    refused.wait("Type main to go on:")
    refused.send("staging", "enter")
    assert refused.ended() == 3
    agreed = terminal(100, 24, *argv)
    agreed.wait("Type main to go on:")
    agreed.send("main", "enter")
    agreed.wait("completed")
    assert agreed.ended() == 0


def test_force_asks_and_no_is_the_answer_of_an_empty_line(serve: Any, terminal: Any) -> None:
    config = serve("0")
    shell = terminal(100, 24, "--config", config, "fork", "datocms:staging", "qa", "--fast", "--force")
    shell.wait("Go on? [y/N]")
    shell.send("enter")
    assert shell.ended() == 3


def test_progress_is_one_line_redrawn(serve: Any, terminal: Any) -> None:
    config = serve("0.1")
    shell = terminal(120, 24, "--config", config, "copy", "sanity:zp7mbokg/production", "drawn")
    shell.wait("running")
    text = shell.wait("completed")
    assert shell.ended() == 0
    assert len([line for line in text.splitlines() if "━" in line]) == 1
