"""The application for a WSGI server: `granian --interface wsgi outreach.web.wsgi:app`."""

import os
from multiprocessing.util import Finalize

from dotenv import load_dotenv

from outreach.bootstrap import boot, settle_memory
from outreach.settings import Settings
from outreach.web.app import create_app

load_dotenv(".env")
services = boot(Settings.from_environ(os.environ))
app = create_app(services)
# Granian's workers are processes of multiprocessing, where what `atexit` has never runs; this runs
# there and in any other server: totals of the last seconds are written.
Finalize(None, services.close, exitpriority=10)
settle_memory()
