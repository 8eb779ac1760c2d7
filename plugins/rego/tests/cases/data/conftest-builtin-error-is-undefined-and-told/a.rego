package main

deny contains "few" if to_number(input.replicas) < 2

deny contains "no number" if not to_number(input.replicas)
