"""What the service says of itself: its manifest, in version 0.2 and in the 1.0 draft."""

from __future__ import annotations

from typing import Any, Protocol

from .. import __version__
from ..iris import Base
from ..model import Model
from ..namespaces import CCIN
from .extend import CONTENTS, ENTITY
from .matcher import Matcher
from .queries import BATCH


class Described(Protocol):
    """What is told of: a build, with its base and model."""

    base: Base

    @property
    def model(self) -> Model:
        """The model of the build."""
        ...


class Sized(Protocol):
    """How large a preview is, in CSS pixels."""

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...


_LIMIT = "How many values of each thing are wanted at most (0 for no limit)"
_CONTENT = "What a cell holds of a thing: it, to be asked for more; its name; its IRI"
_CHOICES = {ENTITY: "Thing", "name": "Name", "iri": "IRI"}


def _shared(url: str, build: Described, matcher: Matcher, logo: str) -> dict[str, Any]:
    return {
        "name": build.model.site.title,
        "documentation": f"{url}/about",
        "serviceVersion": __version__,
        "logo": logo,
        "defaultTypes": [{"id": one.id, "name": one.name} for one in matcher.schema.defaults],
        "batchSize": BATCH,
    }


def version_02(url: str, build: Described, matcher: Matcher, logo: str, size: Sized) -> dict[str, Any]:
    """Return the manifest of version 0.2 for a server at *url*.

    Clients keep what names a space of identifiers: it depends on the base alone, never on the server.
    """
    start = f"{url}/reconcile"

    def suggest(what: str) -> dict[str, str]:
        return {
            "service_url": start,
            "service_path": f"/suggest/{what}",
            "flyout_service_url": start,
            "flyout_service_path": f"/flyout/{what}?id=${{id}}",
        }

    return {
        "versions": ["0.2"],
        **_shared(url, build, matcher, logo),
        "identifierSpace": f"{build.base.iri}id/",
        "schemaSpace": CCIN,
        "view": {"url": f"{url}/id/{{{{id}}}}"},
        "preview": {"url": f"{start}/preview?id={{{{id}}}}", "width": size.width, "height": size.height},
        "suggest": {what: suggest(what) for what in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {"service_url": start, "service_path": "/extend/propose"},
            "property_settings": [
                {"name": "limit", "label": "Limit", "type": "number", "default": 0, "help_text": _LIMIT},
                {
                    "name": "content",
                    "label": "Content",
                    "type": "select",
                    "default": ENTITY,
                    "help_text": _CONTENT,
                    "choices": [{"value": one, "name": _CHOICES[one]} for one in CONTENTS],
                },
            ],
        },
    }


def draft(url: str, build: Described, matcher: Matcher, logo: str, size: Sized) -> dict[str, Any]:
    """Return the manifest of the 1.0 draft for a server at *url*: all else stands below its own address."""
    return {
        "versions": ["1.0-draft"],
        **_shared(url, build, matcher, logo),
        "lang": "en",
        # Keys have a slash in them, and are otherwise fit for an address: RFC 6570, 3.2.3.
        "view": {"url": f"{url}/id/{{+id}}"},
        "preview": {"width": size.width, "height": size.height},
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {
            "proposeProperties": True,
            "propertySettings": [
                {"id": "limit", "name": "Limit", "type": "number", "default": 0, "helpText": _LIMIT},
                {
                    "id": "content",
                    "name": "Content",
                    "type": "select",
                    "default": ENTITY,
                    "helpText": _CONTENT,
                    "choices": [{"value": one, "name": _CHOICES[one]} for one in CONTENTS],
                },
            ],
        },
        "standardizedScore": True,
    }
