"""How the database came to be what the models say: one step a file, never edited later."""
