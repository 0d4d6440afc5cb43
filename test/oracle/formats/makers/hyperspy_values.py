"""Pixel sizes in nm (x, y) that HyperSpy 1.7.3 reads from files/; null where it reads none or fails.

/usr/bin/python3 test/oracle/formats/makers/hyperspy_values.py     (Debian's python3-hyperspy)
"""
import json
import logging
import pathlib
import warnings

import hyperspy.api as hs

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
here = pathlib.Path(__file__).parent
nanometres = {"m": 1e9, "µm": 1e3, "nm": 1.0}
values = {}
for file in sorted((here / "files").glob("*.tif")):
    try:
        axes = hs.load(str(file)).axes_manager.signal_axes
        values[file.name] = [a.scale * nanometres[a.units] for a in axes]
    except Exception:
        values[file.name] = None
(here / "hyperspy.json").write_text(json.dumps(values, indent=1) + "\n")
