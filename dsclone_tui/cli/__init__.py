"""The same work, one line at a time: stdout carries data, stderr the narration."""
