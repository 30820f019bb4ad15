"""A seeded synthetic city: residents, channels and units, under a virtual clock."""
