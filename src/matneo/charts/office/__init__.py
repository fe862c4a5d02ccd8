"""Documents for the programs that people have on their desks. Heavy libraries are imported where they are used."""
