"""Tests of the backends: the shared transport, both vendors, and one conformance suite for all."""
