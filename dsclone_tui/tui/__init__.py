"""The same work, on a screen: app, screens, widgets, styles.

Drawing is done in spans (text and tone), by pure functions in ``cells``, ``words``, ``job_cells`` and ``pane``; the
widgets only paint them.
"""
