"""Places and the things in them: seasons, rooms, towns, views and what stands on tables."""
