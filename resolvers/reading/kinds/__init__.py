"""The kinds of fields that are read: each with its place, its part and its step."""
