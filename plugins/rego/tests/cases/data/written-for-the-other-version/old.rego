package main

deny[msg] {
  input.a
  msg := "x"
}
