"""Records of MADR 4 rewritten for readers that know older formats.

Those readers do not refuse front matter: they pass over it, and take a superseded record for an
accepted one. Each module here writes the format of one of them; nothing is ever read back from it.
"""
