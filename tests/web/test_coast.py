"""The outline of the land is a file of its own, kept by browsers: it is that of the pictures."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from werkzeug.test import Client

from ccin_ld.represent.pictures.projection import united_kingdom

STATIC = Path(__file__).parents[2] / "ccin_ld" / "web" / "static"


def test_the_file_holds_the_outline_that_bench_outline_made() -> None:
    root = ElementTree.parse(STATIC / "uk.svg").getroot()
    (path,) = root
    outline = united_kingdom()
    assert (path.get("id"), path.get("d")) == ("coast", outline.land)
    assert root.get("viewBox") == f"0 0 {outline.width:g} {outline.height:g}"


def test_a_page_draws_it_from_there(client: Client) -> None:
    page = client.get("/doc/council/oldham").text
    used = re.search(r'<use class="land" href="(/static/uk\.[0-9a-f]{8}\.svg)#coast"/>', page)
    assert used
    response = client.get(used[1])
    assert response.headers["Content-Type"].startswith("image/svg+xml")
    assert "immutable" in response.headers["Cache-Control"]
    assert united_kingdom().land not in page
    # A frame in a sandbox has no origin, so it may not use a part of another file.
    assert united_kingdom().land in client.get("/embed/map").text
