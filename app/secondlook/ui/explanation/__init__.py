"""The page that says what a search confidence means, and the ways to it."""

from secondlook.ui.explanation.dialog import (
    ExplanationDialog,
    MeaningIcon,
    MeaningLink,
    open_explanation,
)

__all__ = ["ExplanationDialog", "MeaningIcon", "MeaningLink", "open_explanation"]
