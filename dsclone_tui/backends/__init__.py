"""The vendors: one package each, one shared transport, one registry.

Only this room speaks HTTP. It imports the domain and nothing else of ours, and answers in domain types and errors.
"""
