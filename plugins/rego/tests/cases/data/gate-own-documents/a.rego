package main

deny contains msg if {
	some document in input.documents
	document.name == "drift"
	document.content.changes > input.parameters.max
	msg := sprintf("%d changes by hand", [document.content.changes])
}
