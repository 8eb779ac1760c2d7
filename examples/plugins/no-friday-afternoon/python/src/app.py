from tidegate_sdk.gate import component

from rule import NoFridayAfternoon

Plugin, Gate = component(NoFridayAfternoon())
