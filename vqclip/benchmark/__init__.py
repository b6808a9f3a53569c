"""The benchmark: what a step costs, part by part, and beside the tools of 2021."""
