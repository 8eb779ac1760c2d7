package main

import rego.v1

deny contains msg if {
	input.replicas < 2
	msg := sprintf("%v replicas are too few", [input.replicas])
}

deny contains msg if {
	not input.owner
	msg := "nobody owns it"
}

warn contains msg if {
	startswith(input.image, "latest")
	msg := "the image has no fixed version"
}
