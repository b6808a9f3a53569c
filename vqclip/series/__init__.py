"""What is asked for in a series: its file, its axes, and the plan of its pictures."""
