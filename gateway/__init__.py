"""How the outside reaches the house: HTTP, credentials, secrets, settings, start and stop."""
