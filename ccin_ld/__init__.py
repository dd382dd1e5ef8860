"""Publish what a network of councils knows about itself as linked open data.

The front door: every name here is loaded when first used (PEP 562), so that a query worker, which lives in
this package too, imports nothing but the engine.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .build import Build, describe, open_build, select
    from .dataset import Dataset, open_dataset
    from .errors import LinkedDataError
    from .validation import Report, validate

__all__ = [
    "Build",
    "Dataset",
    "LinkedDataError",
    "Report",
    "describe",
    "open_build",
    "open_dataset",
    "select",
    "validate",
]

_ROOMS = {
    "Build": "build",
    "Dataset": "dataset",
    "LinkedDataError": "errors",
    "Report": "validation",
    "describe": "build",
    "open_build": "build",
    "open_dataset": "dataset",
    "select": "build",
    "validate": "validation",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_ROOMS[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
