#!/bin/sh
# What any build server runs. Needs Node.js 20 and `tidegate` on the PATH; the network for `npm ci` alone.
set -eu
cd "$(dirname "$0")"
npm ci
npm run types
npm test
tidegate plugin test --coverage-min 100 --junit build/cases.xml
