"""Tools around the program: benchmarks, pictures, and a terminal to drive it in."""
