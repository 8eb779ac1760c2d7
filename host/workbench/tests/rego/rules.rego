package main

import rego.v1

default limit := 4

limit := input.limit if is_number(input.limit)

deny contains msg if {
	some container in input.containers
	not has_tag(container.image)
	msg := sprintf("%s: the image has no tag", [container.name])
}

deny contains msg if {
	some container in input.containers
	bytes := units.parse_bytes(container.memory)
	bytes > 512 * 1024 * 1024
	msg := sprintf("%s: %v bytes of memory", [container.name, bytes])
}

deny contains msg if {
	names := [container.name | some container in input.containers]
	doubled := {name | some name in names; count([1 | some other in names; other == name]) > 1}
	some name in doubled
	msg := sprintf("%s: twice", [name])
}

deny contains msg if {
	count(input.containers) > limit
	msg := sprintf("%d containers, %d allowed", [count(input.containers), limit])
}

deny contains "a port below 1024" if {
	walk(input, [path, value])
	path[count(path) - 1] == "port"
	value < 1024
}

warn contains msg if {
	some key, value in input.labels
	not regex.match(`^[a-z][a-z0-9-]*$`, value)
	msg := sprintf("label %s is %s", [key, json.marshal(value)])
}

warn contains msg if {
	required := {"owner", "tier"}
	missing := required - object.keys(input.labels)
	count(missing) > 0
	msg := sprintf("labels are missing: %s", [concat(", ", sort([name | some name in missing]))])
}

warn contains sprintf("weight %v", [weight]) if {
	weight := sum([container.weight | some container in input.containers]) / count(input.containers)
	weight > 2.5
}

warn contains "every one is privileged" if {
	count(input.containers) > 0
	every container in input.containers {
		container.privileged
	}
}

has_tag(image) if {
	parts := split(image, ":")
	count(parts) == 2
	not endswith(parts[1], "latest")
}
