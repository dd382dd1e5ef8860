"""Sources in, record out: a page is read, matched and compared, shown as a preview, then written."""

from .pipeline import apply, run
from .preview import Preview

__all__ = ["Preview", "apply", "run"]
