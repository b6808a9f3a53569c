"""Films: files of frames and sound, written as frames come and read one frame at a time."""
