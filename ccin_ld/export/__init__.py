"""The site as plain files: what the real application answers, kept so that it outlives its server."""

from __future__ import annotations

from .site import Export, check, export_site, write

__all__ = ["Export", "check", "export_site", "write"]
