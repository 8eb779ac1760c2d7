package main

deny contains msg if {
	some one in input
	some other in input
	one.path < other.path
	one.contents.name == other.contents.name
	msg := sprintf("%s and %s have one name", [one.path, other.path])
}
