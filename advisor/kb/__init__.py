"""Knowledge bases as files: cached, tried by their cases, begun anew from the folders here."""
