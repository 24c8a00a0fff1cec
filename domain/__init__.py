"""What is true: entities, rules, refusals, roles and grants, in plain Python."""
