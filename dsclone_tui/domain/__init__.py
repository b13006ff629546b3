"""What a clone is: references, requests, jobs, states, names, policy, errors and the ports of the engine.

Standard library only, and pure: no clock, no network, no disk.
"""
