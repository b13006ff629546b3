"""TOML to typed settings: where the file is, what it may say, what is wrong with it, and what its tokens refer to.

``paths`` and ``secrets`` are light; ``schema`` and ``load`` load pydantic.
"""
