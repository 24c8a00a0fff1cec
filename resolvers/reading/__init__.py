"""How rows are read: places name them, statements fetch them, loaders batch them."""
