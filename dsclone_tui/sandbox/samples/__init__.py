"""Sample content: made up once per data folder, the same every time, in two sizes."""

from typing import Literal

from dsclone_tui.sandbox.samples.datocms import SITE, fill_datocms
from dsclone_tui.sandbox.samples.sanity import DOCS_PROJECT, PROJECT, fill_sanity

Content = Literal["small", "demo"]

__all__ = ["DOCS_PROJECT", "PROJECT", "SITE", "Content", "fill_datocms", "fill_sanity"]
