package main

deny contains "frozen" if input.team in data.frozen

deny contains msg if {
	age := time.now_ns() - time.parse_rfc3339_ns(input.built)
	age > time.parse_duration_ns("24h")
	msg := sprintf("built %d hours ago", [age / 3600000000000])
}
