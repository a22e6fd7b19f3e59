"""Files of the tree that are written from declarations."""
