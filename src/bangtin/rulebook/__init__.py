"""The rulebook: the engine that reads regulations as data and computes what follows from them.

Pure: no Django, no database, no socket, no clock. Every instant is an argument.
"""
