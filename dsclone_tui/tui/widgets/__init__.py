"""The widgets; all that shows text of a server is drawn from spans, never from markup."""
