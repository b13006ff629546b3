"""What DatoCMS calls things and can do."""

from __future__ import annotations

from dsclone_tui.domain.jobs import CloneKind
from dsclone_tui.domain.naming import DATOCMS_ENVIRONMENT
from dsclone_tui.domain.vendor import CloneOption, VendorProfile

DEFAULT_URL = "https://site-api.datocms.com"

PROFILE = VendorProfile(
    type="datocms",
    title="DatoCMS",
    kind=CloneKind.FORK,
    noun="environment",
    plural="environments",
    name_rule=DATOCMS_ENVIRONMENT,
    options=(
        CloneOption("fast", "fast", "copy faster; the source is read-only while the fork runs"),
        CloneOption("force", "force", "start a fast fork although editors are working in the source", needs="fast"),
        CloneOption("immediate_return", "immediate return", "let the server answer with the environment being made"),
    ),
    streams=False,
    hides_pending_jobs=True,
)
