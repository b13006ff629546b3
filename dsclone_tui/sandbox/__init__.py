"""A vendor of our own: one loopback origin that speaks both vendors' protocols and keeps real documents.

Written from the wire pages alone. It imports nothing else of this program, so that a misreading in an adapter
meets a different reading here and not itself.
"""
