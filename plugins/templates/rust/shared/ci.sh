#!/bin/sh
# What has to hold before a change is taken. Needs cargo (with rustup, or the target wasm32-unknown-unknown) and `tidegate` on the PATH.
set -eu
cd "$(dirname "$0")"
cargo test
tidegate plugin test --coverage-min 100 --junit target/cases.xml
