LENGTHS: tuple[int, ...] = (10, 120)
SHARES: dict[str, dict[str, tuple[float, ...]]] = {}
