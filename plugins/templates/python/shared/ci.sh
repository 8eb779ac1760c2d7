#!/bin/sh
# What any build server runs. Needs Python 3.11 and `tidegate` on the PATH; the network for `pip install` alone.
set -eu
cd "$(dirname "$0")"
python3 -m venv .venv
.venv/bin/pip install --quiet -r requirements.txt
python3 -m unittest
tidegate plugin test --coverage-min 100 --junit build/cases.xml
