"""Where it is kept: tables, unit of work, row visibility, pages, the event log."""
