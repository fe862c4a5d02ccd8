"""An invented England: trusts, births and planted truths. Seeded: the same seed gives the same England."""

SEED = 20251117
