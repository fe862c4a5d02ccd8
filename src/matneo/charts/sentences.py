"""The only place that puts a reading into words; page, picture, e-mail and API say the same."""

from matneo.charts.model import Point, SpcChart
from matneo.measures.periods import label

VARIATION = {
    "improvement": "Improving",
    "concern": "Needs a look",
    "neutral_high": "Changed: higher",
    "neutral_low": "Changed: lower",
    "common": "Steady",
    "too_few": "Too few points to say",
}
ASSURANCE = {
    "pass": "reaches the target",
    "fail": "not expected yet",
    "inconsistent": "some periods",
    "none": "no target set",
    "too_few": "too few points to say",
}
RULES = {
    "outside": "Outside a limit",
    "shift": "Shift",
    "trend": "Trend of seven",
    "two_three": "Two of three",
}
STATES = {
    "no_cases": "nobody to count",
    "not_collected": "not collected",
    "not_yet_sent": "not yet sent",
    "suppressed": "too small to show",
    "failed_quality": "did not pass quality checks",
    "ok": "",
}
UNITS = {"percent": "%", "per_1000": " per 1,000", "per_100": " per 100", "count": "", "days": " days"}
PLURAL = {
    "week": "weeks",
    "month": "months",
    "quarter": "quarters",
    "year": "years",
    "financial_year": "years",
}


def figure(value: float | None, unit: str, scale: float, digits: int | None = None) -> str:
    """A value as people write it: 85%, 7.7%, 3.9 per 1,000."""
    if value is None:
        return "no value"
    return f"{number(value * scale, digits)}{UNITS[unit]}"


def number(shown: float, digits: int | None = None) -> str:
    if digits is None:
        digits = 0 if abs(shown) >= 20 else 1
    words = f"{shown:,.{digits}f}"
    return words.lstrip("-") if float(words.replace(",", "")) == 0 else words


def interval(lower: float, upper: float, unit: str, scale: float) -> str:
    """The two ends of an interval, as precise as each other: "84 to 91%", "13.1 to 23.0%"; with one more digit where they
    would read the same."""
    for digits in (0 if lower * scale >= 20 else 1, 1, 2):
        ends = number(lower * scale, digits), number(upper * scale, digits)
        if ends[0] != ends[1]:
            break
    return f"{ends[0]} to {ends[1]}{UNITS[unit]}"


def direction_words(model: SpcChart) -> str:
    better = {
        "increase": "Higher is better",
        "decrease": "Lower is better",
        "neutral": "Neither way is better",
    }[model.direction]
    return f"{better}: {share_words(model.unit, model.good_sentence) or model.good_sentence}"


def share_words(unit: str, good_sentence: str) -> str:
    """What the numbers of a chart are: "share of babies who arrive warm"; empty of a team's own measure, which has a name
    and no words for a sentence."""
    if _only_named(good_sentence):
        return ""
    return f"{'share' if unit == 'percent' else 'number'} of {good_sentence}"


def _only_named(good_sentence: str) -> bool:
    return good_sentence.startswith("“")


def sentence(model: SpcChart) -> str:
    """One plain sentence or two: what it shows, since when, how sure."""
    last = model.last
    if last is None:
        return f"There is no figure for {model.subject} yet; that is not a zero."
    if model.few:
        return _few(model, last)
    if model.variation == "common":
        centre = _amount(model, last.centre)
        periods = PLURAL[model.period_kind].capitalize()
        return f"Steady: {_of_whom(model, centre)}. {periods} differ no more than chance makes them."
    if model.variation == "too_few":
        return (
            f"Too few points to say: {_of_whom(model, _amount(model, last.value))} in {_when(model, last)}."
        )
    now, before = _amount(model, model.now), _amount(model, model.before)
    since = "in" if model.signal_length == 1 else "since"
    change = f", {change_words(model.now, model.before, now, before)}" if model.before is not None else ""
    return f"{VARIATION[model.variation]}: {since} {model.signal_since}, {_of_whom(model, now)}{change}. This is unlikely to be chance."


def headline(model: SpcChart, name: str) -> str:
    """The finding in the length of a heading: "Smoking at birth: down to 8.4%, from 11.3%"."""
    last = model.last
    if last is None:
        return f"{name}: no figure yet"
    if model.few or model.variation == "too_few":
        return f"{name}: {_amount(model, last.value)} in {_when(model, last)}, too few points to say more"
    if model.variation == "common":
        return f"{name}: steady around {_amount(model, last.centre)}"
    now, before = _amount(model, model.now), _amount(model, model.before)
    if model.before is None or now == before:
        return f"{name}: changed, now {now}"
    return f"{name}: {'up' if (model.now or 0) >= model.before else 'down'} to {now}, from {before}"


def change_words(now: float | None, before: float | None, now_words: str, before_words: str) -> str:
    """ "up from 67%"; where both read the same, nobody should puzzle over "48%, down from 48%"."""
    if now_words == before_words:
        return f"about the same as {before_words} before"
    return f"{'up' if (now or 0) >= (before or 0) else 'down'} from {before_words}"


def _few(model: SpcChart, last: Point) -> str:
    about = "about " if model.rounded else ""
    when = _when(model, last)
    words = f"{when[:1].upper()}{when[1:]}: {about}{_of_whom(model, _amount(model, last.value))}"
    england = dict(model.england).get(last.start)
    beside = f"; England {_amount(model, england)}" if england is not None else ""
    count = len(model.valued)
    many = PLURAL.get(model.period_kind, "periods")
    periods = f"One {many[:-1]} is" if count == 1 else f"{count} {many} are"
    return f"{words}{beside}. {periods} too few for a control chart."


def _when(model: SpcChart, point: Point) -> str:
    """A period inside a sentence: "in March 2024", "in the week of 3 November 2024"."""
    return f"the {label('week', point.start)}" if model.period_kind == "week" else point.label


def _of_whom(model: SpcChart, amount: str) -> str:
    """82% of babies born before 34 weeks arrive warm; 3.4 per 1,000 babies are stillborn; 75% for “Seen in time”."""
    if _only_named(model.good_sentence):
        return f"{amount} for {model.good_sentence}"
    people, who, do = model.good_sentence.partition(" who ")
    if not who:  # things rather than people: "drills that are held"
        people, _, do = model.good_sentence.partition(" that ")
    joint = " of " if model.unit == "percent" else " "
    return f"{amount}{joint}{people} {do}".strip()


def _amount(model: SpcChart, value: float | None) -> str:
    return figure(value, model.unit, model.scale)


def variation_words(model: SpcChart) -> tuple[str, str]:
    """Heading and second line beside the variation icon."""
    heading = VARIATION[model.variation]
    n, periods = model.signal_length, PLURAL[model.period_kind]
    if model.variation == "common":
        return heading, "no rule fired at the latest point"
    if model.variation == "too_few":
        return heading, "icons need 13 points"
    side = "above" if (model.now or 0) >= (model.before or 0) else "below"
    second = {
        "shift": f"{n} {periods} in a row {side} the mean" if n > 1 else f"part of a run {side} the mean",
        "trend": f"seven {periods} moving one way",
        "two_three": "two of three near a limit",
        "outside": f"the latest {periods[:-1]} is outside a limit",
    }[model.signal_rule or "outside"]
    return heading, second


def assurance_words(model: SpcChart) -> tuple[str, str]:
    """Heading and second line beside the assurance icon."""
    last = model.last
    if model.target is None or model.assurance == "none" or last is None:
        return "No target set", "nothing to reach on this chart"
    aim = figure(model.target, model.unit, model.scale)
    if model.assurance == "too_few":
        return f"{aim}: too few points to say", "icons need 13 points"
    lower, upper = _amount(model, last.lcl), _amount(model, last.ucl)
    if model.assurance == "pass":
        return f"{aim} is reached", f"the limits lie from {lower} to {upper}"
    if model.assurance == "fail":
        near = upper if model.direction == "increase" else lower
        return f"{aim} not expected yet", f"the nearer limit is {near}"
    return f"{aim} in some {PLURAL[model.period_kind]}", f"the limits lie from {lower} to {upper}"


def point_words(model: SpcChart, point: Point) -> str:
    """What a point says when it is touched or read aloud."""
    beside = f". {point.beside}" if point.beside else ""
    if point.value is None:
        return f"{point.label}: {STATES[point.state] or 'no value'}{beside}"
    counts = ""
    if point.numerator is not None and point.denominator is not None:
        about = "about " if model.rounded else ""
        counts = f", {about}{point.numerator:,.0f} of {point.denominator:,.0f}"
    signal = (
        ""
        if point.signal == "common"
        else f", {VARIATION[point.signal].lower()} ({RULES[point.reason].lower()})"
    )
    provisional = ", provisional" if point.provisional else ""
    return f"{point.label}: {_amount(model, point.value)}{counts}{signal}{provisional}{beside}"
