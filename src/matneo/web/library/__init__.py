"""The library's pages: browsing, a package with its diagram, a driver, a change idea."""
