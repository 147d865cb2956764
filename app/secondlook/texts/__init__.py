"""Words for people, made of the codes and values that the layers below hand up. No Qt: the window
installs its translator, and the command line speaks the source language."""
