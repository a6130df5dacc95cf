"""`python -m outreach.cli` is `outreach`."""

from outreach.cli import main

main(prog_name="outreach")
