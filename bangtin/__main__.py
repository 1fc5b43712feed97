"""``python -m bangtin`` is the ``bangtin`` command."""

from bangtin.main import main

main()
