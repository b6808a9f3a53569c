"""The machine: devices and threads, memory that runs out, signals that interrupt."""
