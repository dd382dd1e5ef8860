"""Prints, as JSON, the packages that CKAN's DCAT harvester makes of a catalogue. Runs in an environment of its own.

Usage: python ckan_packages.py FILE FORMAT
"""

import json
import sys

from ckanext.dcat.processors import RDFParser

parser = RDFParser(profiles=["euro_dcat_ap_3"])
with open(sys.argv[1], encoding="utf-8") as file:
    parser.parse(file.read(), _format=sys.argv[2])
print(json.dumps(list(parser.datasets()), sort_keys=True))
