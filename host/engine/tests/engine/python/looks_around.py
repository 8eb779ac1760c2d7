"""Asks its machine for whatever a machine may have, and reports what it was told."""

import os
import random
import sys
import time

from wit_world import exports
from wit_world.exports import gate, plugin
from wit_world.imports import types


class Plugin(exports.Plugin):
    def describe(self):
        rule = plugin.Rule("saw", "What it saw", types.Severity.INFO, "", None)
        return plugin.Description("looks-around", "0.1.0", "Says what its machine is like.", [rule], "true")

    def validate_settings(self, settings):
        return []


class Gate(exports.Gate):
    def evaluate(self, request):
        saw = [f"deployment: {request.deployment.id}"]
        if request.settings == '"around"':
            saw += around()
        findings = [types.Finding("saw", types.Severity.INFO, one, None, None, None, None, None, False) for one in saw]
        return gate.Report(gate.Outcome_Pass(), types.Ratio(1, 1), "", findings, 0, False)


def around():
    print("a line on stdout")
    print("a line on stderr", file=sys.stderr)
    began = time.monotonic()
    time.sleep(3600)
    return [
        f"time: {time.time_ns()}",
        f"an hour went by: {time.monotonic() - began >= 3600}",
        f"variables: {len(os.environ)}",
        f"file: {told(lambda: open('/etc/passwd'))}",
        f"folder: {told(lambda: os.listdir('/'))}",
        f"written: {told(lambda: open('/tmp/left-behind', 'w'))}",
        f"random: {os.urandom(8).hex()}",
        f"more random: {random.SystemRandom().random()}",
    ]


def told(ask):
    try:
        ask()
        return "given"
    except OSError:
        return "refused"
