package main
deny contains "too few" if input.spec.replicas < 2
