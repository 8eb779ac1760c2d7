package main

f(x) := 1 if x

f(x) := 2 if x

g(x) := f(x)

deny contains "x" if not g(input.bad) == 1
