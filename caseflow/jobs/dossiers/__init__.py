"""The dossier of a case, made for the web and for the command line alike."""

from caseflow.jobs.dossiers.making import Doors, Dossier, make, title

__all__ = ["Doors", "Dossier", "make", "title"]
