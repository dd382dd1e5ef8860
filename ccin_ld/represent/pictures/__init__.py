"""Pictures as SVG text, from plain data: nothing here knows of pages, stores or requests.

The same data give the same picture. Names are horizontal and do not meet; things that can be followed are
links with text. Colours come from the classes of the style sheet.
"""

from .boxes import Arrow, Class, boxes
from .charts import Bar, Series, bars, lines
from .dots import GATHERED, NAMED, Spot, dot_map, named_map
from .flow import flow
from .lanes import lanes
from .ring import ring
from .svg import Node
from .web import Web, trimmed

__all__ = [
    "GATHERED",
    "NAMED",
    "Arrow",
    "Bar",
    "Class",
    "Node",
    "Series",
    "Spot",
    "Web",
    "bars",
    "boxes",
    "dot_map",
    "flow",
    "lanes",
    "lines",
    "named_map",
    "ring",
    "trimmed",
]
