"""What tests of measuring take for granted: that everything was measured."""

from secondlook.domain.faces import Component, Quality


def measured(quality: Quality, component: Component) -> float:
    value = quality.value(component)
    assert value is not None
    return value
