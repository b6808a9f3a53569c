"""`python -m vqclip`."""

from vqclip.cli import main

if __name__ == "__main__":
    main()
