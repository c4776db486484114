"""How dates and times are written: 20 Nov 2026, 14:05."""
