"""The printable page of codes: how it looks, and the address that opens it once."""
