package main

deny["any"] { any([x | x := input.flags[_]]) }
deny["all"] { all(input.flags) }
deny["match"] { re_match("^a+$", input.name) }
