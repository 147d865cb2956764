"""Properties are checked without a time limit for each example: test machines are shared."""

from hypothesis import settings

settings.register_profile("secondlook", deadline=None)
settings.load_profile("secondlook")
