"""Did it work? Arrays in, frozen results out."""
