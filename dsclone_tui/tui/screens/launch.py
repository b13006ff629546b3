"""The launch form: name a target, switch options, start. One key press sends at most one start."""

from __future__ import annotations

from time import monotonic

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input

from dsclone_tui.domain.errors import DscloneError, ErrorInfo
from dsclone_tui.domain.jobs import CloneRequest, JobRecord
from dsclone_tui.domain.policy import Decision, Verdict
from dsclone_tui.domain.refs import ResourceRef
from dsclone_tui.domain.states import JobState
from dsclone_tui.engine.publish import News
from dsclone_tui.tui.actions import bindings
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.draft import Draft
from dsclone_tui.tui.messages import CatalogChanged
from dsclone_tui.tui.screens.confirm import ConfirmScreen
from dsclone_tui.tui.widgets.buttons import Buttons
from dsclone_tui.tui.widgets.form_fields import LABEL_WIDTH, FromLine, Label, NameInput, OptionBox, Said
from dsclone_tui.tui.words import error_text, state_line

# A held enter key must not send a start again after a refusal: presses this close to it are its repeats.
REPEAT_SECONDS = 0.8


class LaunchScreen(ModalScreen[JobRecord], inherit_bindings=False):
    """Dismissed with the job's record once the server has it, with None when given up."""

    BINDINGS = bindings("focus", "form.cancel", "form.next", "form.previous")
    AUTO_FOCUS = "NameInput"

    def __init__(self, board: Board, source: ResourceRef) -> None:
        super().__init__()
        self._board = board
        self._draft = Draft(board, source)
        self._sending = False
        self._refused_at = float("-inf")
        self._answer: str | None = None
        self._started: JobRecord | None = None
        self._field = NameInput(placeholder=self._draft.suggestion, compact=True, select_on_focus=False)
        self._options = [OptionBox(self._draft, option) for option in self._draft.backend.profile.options]
        self._verdict = Said("verdict", indent=LABEL_WIDTH)
        self._help = Said("option-help", indent=4)
        self._preview = Said("preview")
        self._outcome = Said("outcome")
        self._buttons = Buttons(f"Start {self._draft.backend.profile.kind.value}")

    # --- the form

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="launch") as box:
            box.border_title = f"New {self._draft.backend.profile.kind.value}"
            yield FromLine(self._draft)
            with Horizontal(id="to"):
                yield Label("To")
                yield self._field
            yield self._verdict
            yield from self._options
            if self._options:
                yield self._help
            yield self._preview
            yield self._outcome
            yield self._buttons

    def on_mount(self) -> None:
        self._field.cursor_blink = False
        self._judge()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._draft.target = event.value
        self._answer = None
        self._judge()

    def on_option_box_toggled(self, event: OptionBox.Toggled) -> None:
        self._draft.switch(event.option, on=event.on)
        for box in self._options:
            box.update()
        self._answer = None
        self._judge()

    def on_option_box_visited(self, event: OptionBox.Visited) -> None:
        self._help.say((f"{event.option.label}: {event.option.help}" if event.option else "", "quiet"))

    def show_news(self, news: News) -> None:
        """A job to this name may have begun or ended, or the journal may be open now."""
        self._judge()

    def show_catalog(self, change: CatalogChanged) -> None:
        """The names that exist may be others now."""
        self._field.placeholder = self._draft.suggestion
        self._judge()

    def _judge(self) -> Decision:
        """Says what is right or wrong with the form as it stands, and lets the start button know."""
        draft, rule = self._draft, self._draft.backend.profile.name_rule
        problem, decision = draft.problem(), draft.decision()
        refused = decision.verdict is Verdict.REFUSE
        if not draft.target:
            self._verdict.say((f"→ takes {draft.suggestion}", "quiet"))
        elif problem is not None:
            self._verdict.say((f"✗ {problem}", "bad"))
        else:
            self._verdict.say((f"✓ free · {len(draft.target)} of {rule.longest}", "good"))
        if self._sending:
            waits = "opening the journal, then starting…" if self._board.engine is None else "starting…"
            self._outcome.say((waits, "accent"))
        elif refused and draft.target not in draft.taken:
            self._outcome.say((f"✗ {decision.reason}", "bad"))
        else:
            self._outcome.say((self._answer or "", "bad"))
        self._preview.say((draft.preview(), "quiet"))
        self._buttons.go.disabled = self._sending or refused or problem is not None
        return decision

    # --- starting

    def on_go(self) -> None:
        """Enter in a field: on to the start button, where the name will do.

        Of two enters typed at once the second still comes from the field, and is meant for the button.
        """
        self._draft.target = self._field.value
        self._judge()
        if self.focused is self._buttons.go:
            self._start()
        elif not self._buttons.go.disabled:
            self.set_focus(self._buttons.go)
        elif not self._draft.target:
            self._verdict.say((f"✗ {self._draft.problem()}", "bad"))

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button is self._buttons.go:
            self._start()
        else:
            self.action_cancel()

    def _start(self) -> None:
        now = monotonic()
        if now - self._refused_at < REPEAT_SECONDS:
            self._refused_at = now
            return
        decision = self._judge()
        if self._buttons.go.disabled:
            return
        if decision.verdict is Verdict.ASK:
            self._ask(decision)
        else:
            self._send()

    def _ask(self, decision: Decision) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self._send()

        yes = f"Start {self._draft.backend.profile.kind.value}"
        question = ConfirmScreen(f"{yes}?", [decision.reason + "."], yes=yes, name=decision.confirm)
        self.app.push_screen(question, answered)

    def _send(self) -> None:
        """Hands the request over; the worker belongs to the app, so that closing the form cannot cut a start short."""
        self._sending = True
        self._judge()
        self.app.run_worker(self._launch(self._draft.request), name="launch", group="launch")

    async def _launch(self, request: CloneRequest) -> None:
        try:
            engine = await self._board.opened()
            job = await engine.launch(request, consented=True)
        except DscloneError as error:
            self._failed(error.info, "not started")
            return
        self._board.note(News(changed={job.id}))  # its own news may still be on the way
        if job.state in (JobState.FAILED, JobState.NOT_STARTED):
            info = job.error or ErrorInfo("refused", "the server refused it")
            self._failed(info, state_line(job.state)[0][0])
        elif self.is_active:
            self.dismiss(job)
        else:
            self._started = job

    def on_screen_resume(self) -> None:
        """A question lay over the form while the job was started."""
        if self._started is not None:
            self.dismiss(self._started)

    def _failed(self, info: ErrorInfo, word: str) -> None:
        """Says why, and leaves the form as it was for another try."""
        if not self.is_attached:
            self.app.notify(error_text(info), title=word, severity="error", markup=False)
            return
        self._sending = False
        self._refused_at = monotonic()
        self._answer = f"{word}: {error_text(info)}"
        self.set_focus(self._field)
        self._judge()

    def action_cancel(self) -> None:
        self.dismiss(None)
