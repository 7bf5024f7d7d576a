"""``python -m onneshon`` is the command ``onneshon``, also where no path leads to that."""

from onneshon.index.commands.main import main

if __name__ == "__main__":
    main()
