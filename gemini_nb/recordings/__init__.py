"""Recordings of Gemini's answers: made once with a key, played again to any client without one."""
