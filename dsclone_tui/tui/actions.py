"""Every key of the screen, declared once: bindings, footer, help overlay, palette and ``[keys]`` all come from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from textual.binding import Binding, BindingType

Scope = Literal["app", "focus", "main", "list", "tree", "filter", "detail", "form", "dialog", "quit", "help", "welcome"]

SCOPES: dict[Scope, str] = {
    "main": "Everywhere",
    "list": "In a list",
    "tree": "In the tree",
    "filter": "While filtering",
    "detail": "In one job",
    "form": "In the launch form",
    "dialog": "In a question",
    "quit": "Asked whether to quit",
    "help": "In this overlay",
    "focus": "Between parts",
    "welcome": "On the welcome screen",
    "app": "Always",
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a key does. ``keys`` as Textual writes them, commas between alternatives; ``run`` is the
    action string; ``palette`` puts it into the command palette; ``priority`` makes it win over focused widgets."""

    id: str
    keys: str
    title: str
    help: str
    scope: Scope
    run: str
    palette: bool = False
    priority: bool = False


REGISTRY: tuple[Action, ...] = (
    Action("app.help", "?", "help", "All keys, by where they work", "app", "help", palette=True),
    Action("app.commands", ":,ctrl+p", "commands", "Search commands, resources and jobs", "app", "command_palette"),
    Action("app.quit", "q", "quit", "Quit; asks only when jobs are open", "app", "quit", palette=True),
    Action("app.interrupt", "ctrl+c", "quit", "Quit, from anywhere", "app", "quit", priority=True),
    Action("focus.next", "tab", "next part", "To the next part of the screen", "focus", "app.focus_next"),
    Action("focus.previous", "shift+tab", "part before", "To the part before", "focus", "app.focus_previous"),
    Action(
        "view.browse", "1", "Browse", "Backends, projects and what they hold", "main", "view('browse')", palette=True
    ),
    Action("view.jobs", "2", "Jobs", "What is running, and what ended", "main", "view('jobs')", palette=True),
    Action("view.history", "3", "History", "What has ended, newest first", "main", "view('history')", palette=True),
    Action("main.new", "n", "new", "A new copy or fork from the selected row", "main", "new", palette=True),
    Action("main.mark", "space", "mark", "Mark a job to watch it beside others; fold a branch", "main", "mark"),
    Action(
        "main.filter",
        "/",
        "filter",
        "Show only rows with these words; !word: without it",
        "main",
        "filter",
        palette=True,
    ),
    Action(
        "main.refresh", "r", "refresh", "Ask the server again for the selected branch", "main", "refresh", palette=True
    ),
    Action(
        "main.copy",
        "y",
        "copy reference",
        "Send the reference or job id to the clipboard",
        "main",
        "copy",
        palette=True,
    ),
    Action("main.back", "escape", "back", "Clear the filter, then the marks", "main", "back"),
    Action("list.down", "j,down", "down", "Next row", "list", "move(1)"),
    Action("list.up", "k,up", "up", "Row before", "list", "move(-1)"),
    Action("list.first", "g,home", "first", "First row", "list", "first"),
    Action("list.last", "G,end", "last", "Last row", "list", "last"),
    Action("list.page_down", "pagedown,ctrl+d", "page down", "A page down", "list", "page(1)"),
    Action("list.page_up", "pageup,ctrl+u", "page up", "A page up", "list", "page(-1)"),
    Action("list.open", "enter", "open", "Open the job; fold or unfold the branch", "list", "open"),
    Action("tree.fold", "h,left", "fold", "Fold the branch, or go to it", "tree", "fold"),
    Action("tree.unfold", "l,right", "unfold", "Unfold the branch", "tree", "unfold"),
    Action("filter.keep", "enter", "keep", "Keep the filter and go back to the list", "filter", "keep"),
    Action("filter.clear", "escape", "clear", "Clear the filter", "filter", "clear"),
    Action("detail.back", "escape", "back", "Back to the list", "detail", "back"),
    Action("detail.copy", "y", "copy id", "Send the job id to the clipboard", "detail", "copy"),
    Action("detail.new", "n", "new", "A new copy or fork from the same source", "detail", "new"),
    Action("form.cancel", "escape", "cancel", "Close the form; nothing is started", "form", "cancel"),
    Action("form.next", "down", "next field", "To the next field", "form", "app.focus_next"),
    Action("form.previous", "up", "field before", "To the field before", "form", "app.focus_previous"),
    Action("form.go", "enter", "move on", "From the name or an option to the start button", "form", "go"),
    Action("form.toggle", "space", "switch", "Switch the option on or off", "form", "flip"),
    Action(
        "form.suggestion",
        "right",
        "take suggestion",
        "Take the suggested name while the field is empty",
        "form",
        "suggestion",
    ),
    Action("dialog.cancel", "escape", "cancel", "Close the dialog; nothing is done", "dialog", "cancel"),
    Action("dialog.left", "left,up", "button before", "To the button before", "dialog", "app.focus_previous"),
    Action("dialog.right", "right,down", "next button", "To the next button", "dialog", "app.focus_next"),
    Action("quit.now", "q", "quit", "Quit; the jobs go on", "quit", "quit_now"),
    Action("help.close", "escape,?,q", "close", "Close the help", "help", "close"),
    Action(
        "welcome.demo", "d", "demo", "Open the demo: a private sandbox with sample content", "welcome", "leave('demo')"
    ),
    Action("welcome.config", "c", "write config", "Write a commented configuration", "welcome", "leave('config-init')"),
)

BY_ID: dict[str, Action] = {action.id: action for action in REGISTRY}

_NAMES = {
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "comma": ",",
    "colon": ":",
    "slash": "/",
    "question_mark": "?",
}


def bindings(*wanted: str) -> list[BindingType]:
    """The Textual bindings of whole scopes, or of single actions by id."""
    return [
        Binding(action.keys, action.run, action.title, show=False, priority=action.priority, id=action.id)
        for action in REGISTRY
        if action.scope in wanted or action.id in wanted
    ]


class Keymap:
    """The keys as they are after ``[keys]``; what is wrong there is told, not obeyed."""

    def __init__(self, wanted: Mapping[str, str]) -> None:
        self.problems: list[str] = []
        self.changed: dict[str, str] = {}
        for action_id, keys in wanted.items():
            listed = ",".join(key.strip() for key in keys.split(",") if key.strip())
            if action_id not in BY_ID:
                near = get_close_matches(action_id, BY_ID, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                self.problems.append(f"[keys] {action_id} is no binding{hint}")
            elif not listed:
                self.problems.append(f"[keys] {action_id} has no key")
            else:
                self.changed[action_id] = listed
        self.problems += self._clashes()

    def keys(self, action_id: str) -> list[str]:
        return self.changed.get(action_id, BY_ID[action_id].keys).split(",")

    def shown(self, action_id: str, most: int = 1) -> str:
        """The keys of an action as people write them."""
        return " ".join(_NAMES.get(key, key) for key in self.keys(action_id)[:most])

    def hints(self, wanted: Iterable[str]) -> list[tuple[str, str]]:
        """Key and title of actions, for a footer; ``ID=TITLE`` where the title depends on the place."""
        parts = [entry.partition("=") for entry in wanted]
        return [(self.shown(action_id), title or BY_ID[action_id].title) for action_id, _, title in parts]

    def _clashes(self) -> list[str]:
        taken: dict[tuple[str, str], str] = {}
        problems: list[str] = []
        for action in REGISTRY:
            for key in self.keys(action.id):
                # main and list are heard at the same time: a key can mean one thing only
                room = "main" if action.scope in ("main", "list", "app") else action.scope
                other = taken.setdefault((room, key), action.id)
                if other != action.id and (action.id in self.changed or other in self.changed):
                    problems.append(f"[keys] {key} is bound to {other} and to {action.id}")
        return problems
