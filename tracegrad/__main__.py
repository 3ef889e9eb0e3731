"""``python -m tracegrad`` is the command ``tracegrad``."""

import sys

from autograd.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
