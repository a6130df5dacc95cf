"""The application for a WSGI server: `granian --interface wsgi outreach.web.wsgi:app`."""

import os

from dotenv import load_dotenv

from outreach.bootstrap import boot, settle_memory
from outreach.settings import Settings
from outreach.web.app import create_app

load_dotenv(".env")
app = create_app(boot(Settings.from_environ(os.environ)))
settle_memory()
