"""Makes the plugin's modules known to the tests, with stubs of what the host offers in place of the host."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HERE / "src"), str(HERE / "vendor"), str(HERE / "vendor" / "stubs")]
