from tidegate_sdk.severity import component

from rule import Rule

Plugin, Severity = component(Rule())
