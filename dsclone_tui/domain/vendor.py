"""What one vendor calls things and can do, as data: the screens and commands read it, and never ask who it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dsclone_tui.domain.errors import UsageError
from dsclone_tui.domain.jobs import CloneKind
from dsclone_tui.domain.naming import NameRule


@dataclass(frozen=True, slots=True)
class CloneOption:
    """A switch of the vendor's clone request; ``needs`` is another option that must be on as well."""

    id: str
    label: str
    help: str
    needs: str | None = None

    @property
    def flag(self) -> str:
        return "--" + self.id.replace("_", "-")


@dataclass(frozen=True, slots=True)
class VendorProfile:
    """A vendor in its own words.

    ``streams`` tells whether jobs can be listened to; all can be polled. ``hides_pending_jobs`` is true where a
    job id that is still being worked on looks like one that never was (wire/datocms 4).
    """

    type: str
    title: str
    kind: CloneKind
    noun: str
    plural: str
    name_rule: NameRule
    options: tuple[CloneOption, ...]
    streams: bool
    hides_pending_jobs: bool = False

    def option(self, option_id: str) -> CloneOption:
        for option in self.options:
            if option.id == option_id:
                return option
        raise UsageError(f"{self.title} knows no option {option_id}", code="bad_option")

    def checked(self, options: Mapping[str, bool]) -> dict[str, bool]:
        """The options that are on, in the vendor's order; raises UsageError for unknown or lonely ones."""
        on = {name for name, value in options.items() if value}
        for name in sorted(on):
            needs = self.option(name).needs
            if needs and needs not in on:
                raise UsageError(
                    f"{self.option(name).flag} needs {self.option(needs).flag}",
                    code="bad_option",
                    hint=f"add {self.option(needs).flag}, or leave {self.option(name).flag} out",
                )
        return {option.id: True for option in self.options if option.id in on}
