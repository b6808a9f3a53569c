"""How jobs are carried out: the folder of a run, its manifest, workers, crews and clusters."""
