package main

deny contains "no ticket" if not input.deployment.labels.ticket

warn contains msg if {
	time.weekday(input.evaluated_at) == "Wednesday"
	msg := sprintf("%s on a Wednesday", [input.deployment.environment])
}
