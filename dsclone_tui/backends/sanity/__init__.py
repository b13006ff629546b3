"""Sanity: projects, datasets and dataset copies ("Cloud Clone")."""
