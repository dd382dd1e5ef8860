"""Shapes in, graph in, Report out: which thing is wrong, what was found, what to do."""

from .check import conflict_findings, disagreement_findings, figure_findings, validate
from .engines import ENGINES
from .places import locate
from .report import Finding, Report

__all__ = [
    "ENGINES", "Finding", "Report", "conflict_findings", "disagreement_findings", "figure_findings", "locate",
    "validate",
]  # fmt: skip
