"""The frozen models: a VQGAN that draws and the perceptors that look."""
