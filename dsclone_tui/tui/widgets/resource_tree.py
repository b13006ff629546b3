"""The tree of Browse: a list whose rows are branches and resources."""

from __future__ import annotations

from dsclone_tui.domain.refs import ResourceRef
from dsclone_tui.tui.actions import bindings
from dsclone_tui.tui.board import Board
from dsclone_tui.tui.cells import Line
from dsclone_tui.tui.columns import Column
from dsclone_tui.tui.filters import Needle
from dsclone_tui.tui.tree_rows import Key, TreeRow, draw_row, matches, tree_rows
from dsclone_tui.tui.widgets.row_list import RowList


class ResourceTree(RowList[TreeRow]):
    """Backends, projects, resources. All branches are open at first; the cursor waits on the first resource."""

    BINDINGS = bindings("tree")

    def __init__(self, board: Board, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        column: Column[TreeRow] = Column("", self._draw, 20, grow=1)
        super().__init__([column], lambda row: row.key, id=id, header=False)
        self._board = board
        self._folded: set[Key] = set()
        self.needle = Needle()

    def _draw(self, row: TreeRow, width: int) -> Line:
        ref = row.ref
        return draw_row(row, width, protected=ref is not None and self._board.protected(ref.backend, ref.name))

    def update(self) -> None:
        """Reads the listings anew; the cursor keeps its place, or waits on the first resource until it is moved."""
        old = {row.key: row for row in self.rows}
        rows = tree_rows(self._board, self._folded, self.needle)
        self.show(rows, [row.key for row in rows if old.get(row.key) != row])
        if not self.touched:
            first = next((row for row in rows if row.kind == "resource" and not row.dim), None)
            self.select(first.key if first else rows[0].key if rows else ())

    def on_mount(self) -> None:
        self.update()

    def tally(self) -> tuple[int, int]:
        return matches(self._board, self.needle)

    def filter(self, needle: Needle) -> None:
        self.needle = needle
        self.update()
        row = self.cursor_row
        if needle and row is not None and row.kind != "resource":
            first = next((found for found in self.rows if found.kind == "resource"), None)
            if first is not None:
                self.select(first.key)

    def reveal(self, ref: ResourceRef) -> bool:
        """Puts the cursor on a resource, unfolding what hides it."""
        self.touched = True
        self._folded -= {(ref.backend,), (ref.backend, ref.project)}
        self.update()
        return self.select((ref.backend, ref.project, ref.name))

    @property
    def ref(self) -> ResourceRef | None:
        """The resource under the cursor."""
        row = self.cursor_row
        return row.ref if row else None

    def action_fold(self) -> None:
        self.touched = True
        row = self.cursor_row
        if row is None:
            return
        if row.kind in ("backend", "project") and not row.folded:
            self._folded.add(row.key)
            self.update()
        elif len(row.key) > 1:
            above = row.key[:-1] if row.kind != "note" else row.key[:-2]
            self.select(above)

    def action_unfold(self) -> None:
        self.touched = True
        row = self.cursor_row
        if row is not None and row.folded:
            self._folded.discard(row.key)
            self.update()

    def toggle(self) -> bool:
        """Folds or unfolds the branch under the cursor; False on anything else."""
        row = self.cursor_row
        if row is None or row.kind not in ("backend", "project"):
            return False
        if row.folded:
            self.action_unfold()
        else:
            self.action_fold()
        return True
