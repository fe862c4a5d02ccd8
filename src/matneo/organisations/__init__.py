"""England, regions, collaboratives, systems, networks, trusts and sites, with dated links."""
