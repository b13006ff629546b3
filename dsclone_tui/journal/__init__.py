"""The memory: jobs and their events in one SQLite file. The only room that knows SQL.

``journal.SqlJournal`` is the door; everything behind it loads SQLModel and is imported in the journal's own thread.
"""
