"""The Sanity half: projects, datasets, cloud clone jobs and their event stream, export."""
