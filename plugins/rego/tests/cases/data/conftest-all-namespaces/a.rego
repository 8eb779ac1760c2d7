package main

deny contains "main" if input.a
