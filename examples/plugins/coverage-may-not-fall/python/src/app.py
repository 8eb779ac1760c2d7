from tidegate_sdk.gate import component

from rule import CoverageMayNotFall

Plugin, Gate = component(CoverageMayNotFall())
