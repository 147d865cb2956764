"""A valid card, to be changed by the tests."""

CARD = """
name = "some-model"
version = "1"
title = "Some model"
task = "recogniser"
rank = 1
licence = "MIT"
provenance = "made here"
training_data = "none"
known_limits = "all"
file = "some.onnx"
bytes = 3
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
origin = "nowhere"
opset = 13
[input]
name = "input"
width = 8
height = 8
channels = "BGR"
[output]
names = ["output"]
template_size = 4
[alignment]
size = 8
points = [[1, 1], [6, 1], [4, 4], [2, 6], [5, 6]]
"""
