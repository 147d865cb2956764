"""The local SQLite file and the folder of originals. Only this layer imports sqlite."""
