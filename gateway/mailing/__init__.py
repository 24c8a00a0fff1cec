"""Letters on their way: written from their facts, and handed to a mail server or a folder."""
