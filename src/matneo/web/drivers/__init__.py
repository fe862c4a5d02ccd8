"""The living driver diagram, as picture and outline: of a package, or of one project."""
