package main

import rego.v1

deny_root contains "runs as root" if input.user == "root"

deny contains "no owner" if not input.owner

violation_size contains "too large" if input.size > 10

exception contains rules if {
	input.kind == "legacy"
	rules := ["root"]
}

exception contains rules if {
	input.kind == "ancient"
	rules := ["deny", "violation_size"]
}
