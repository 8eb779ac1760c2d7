"""Makes the plugin's modules known to the tests, with stubs of what the host offers in place of the host."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SDK = HERE / "../../../../plugins/sdk/python"
sys.path[:0] = [str(HERE / "src"), str(SDK), str(SDK / "stubs")]
