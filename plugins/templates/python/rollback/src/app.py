from tidegate_sdk.rollback import component

from rule import Rule

Plugin, Rollback = component(Rule())
