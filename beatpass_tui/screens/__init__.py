"""The pages and the few screens beside them; screens never import the app or each other."""
