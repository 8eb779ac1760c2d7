package team.extra

deny contains "extra" if input.a

helper(x) := x
