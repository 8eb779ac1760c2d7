from tidegate_sdk.gate import component

from rule import Rule

Plugin, Gate = component(Rule())
