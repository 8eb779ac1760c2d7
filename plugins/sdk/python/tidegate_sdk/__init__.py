"""What a Python author of a plugin uses.

A plugin is a pure function from a question and its evidence to an answer. It is written as a `gate.Gate`, `rollback.Rollback` or
`severity.Severity`, tested natively over `fixture`, and made a component by the same module's `component`.

Import from the submodules: a component holds only what its world offers, and `evidence` is a gate's alone.
"""
