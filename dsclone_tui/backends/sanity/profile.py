"""What Sanity calls things and can do."""

from __future__ import annotations

from dsclone_tui.domain.jobs import CloneKind
from dsclone_tui.domain.naming import SANITY_DATASET
from dsclone_tui.domain.vendor import CloneOption, VendorProfile

DEFAULT_URL = "https://api.sanity.io"

PROFILE = VendorProfile(
    type="sanity",
    title="Sanity",
    kind=CloneKind.COPY,
    noun="dataset",
    plural="datasets",
    name_rule=SANITY_DATASET,
    options=(
        CloneOption(
            "skip_history",
            "skip history",
            "leave the documents' history behind; much faster for large datasets",
        ),
        CloneOption(
            "skip_content_releases",
            "skip content releases",
            "leave all releases and their document versions behind",
        ),
    ),
    streams=True,
)
