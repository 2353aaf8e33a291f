"""What can be tried: probes of the installed frameworks. No rules in here."""
