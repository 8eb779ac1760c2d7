package main

# METADATA
# title: Ports
# related_resources:
# - ref: https://wiki.example/ports
# custom:
#   severity: LOW
violation_port[{"msg": msg, "port": p}] {
  p := input.ports[_]
  p < 1024
  msg := "a port that only root may open"
}

deny_name[{"msg": "no name", "severity": "CRITICAL", "remediation": "Give it a name"}] {
  not input.name
}

warn[msg] {
  count(input.ports) > 2
  msg = "many ports"
}
