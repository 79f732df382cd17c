// Keeps a layer that so far has only headers a library.
