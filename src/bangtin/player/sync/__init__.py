"""Everything that talks to the hub: signed requests, enrolment, polling, downloads, records."""
