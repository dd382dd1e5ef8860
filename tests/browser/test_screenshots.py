"""A picture of every kind of page, wide and narrow, light and dark, to be looked at.

They go into the folder that CCIN_LD_SCREENSHOTS names, else into a temporary one.
"""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, FloatRect

from ..page_kinds import PAGES

SIZES = {1280: 900, 390: 844}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# The longest pages are cut: what matters is how they look, and a picture of it all takes seconds.
TALLEST = 3200


def test_every_kind_of_page_has_its_picture(browser: Browser, address: str, tmp_path: Path) -> None:
    folder = Path(os.environ.get("CCIN_LD_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    context = browser.new_context()
    page = context.new_page()
    made = []
    for name, path in PAGES.items():
        page.goto(address + path)
        for (width, height), scheme in product(SIZES.items(), SCHEMES):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": height})
            tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
            file = folder / f"{name.replace(' ', '-')}-{width}-{scheme}.jpeg"
            # JPEG: to write a PNG takes half as long again, and these are looked at, not compared.
            clip = FloatRect(x=0, y=0, width=width, height=tall)
            page.screenshot(path=file, type="jpeg", quality=80, full_page=True, clip=clip)
            made.append(file)
    context.close()
    assert len(made) == len(set(made)) == len(PAGES) * 4
    sizes = [file.stat().st_size for file in made]
    assert min(sizes) > 2000
