"""The screen "rehearsal": people known to be absent are searched, counted, and looked at."""
