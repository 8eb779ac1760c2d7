package main

deny contains msg if {
	input.privileged == true
	msg := sprintf("%s is privileged", [input.name])
}
