"""The statistics of improvement: arrays in, frozen and documented results out. NumPy and SciPy are all it needs.

Which module for which question:

Is a process steady, and did it change?
    spc                 control charts and run charts of any number of series in one call
    profiles            which rules are read, as named and versioned sets
    phases, rebases     where new limits begin; where they might
    run_medians         run-chart medians that move to each sustained run
    runs, boxes         how long a run, how few crossings and how many runs chance allows
    constants, exact    c4, A3, B3, B4; limits from the binomial and Poisson distributions themselves
    chances             how often a steady process shows a signal all the same (looked up)
    false_alarms        the same simulated; `false_alarm_table` keeps what was found

How sure is a rate, and is one like another?
    intervals           Wilson, exact, mid-p, Byar
    comparisons         a group and its reference: intervals of differences and ratios, exact tests
    ratios              observed over expected; rate, risk and odds ratios with their intervals
    standardisation     direct and indirect
    distributions       binomial and Poisson tails, mid-p values, quantiles that do not jump
    multiplicity        many tests at once

How do sites compare once case mix and chance are allowed for?
    casemix             what a site's births would have led to elsewhere
    calibration         whether the risks can be trusted
    funnel              limits for a unit of any size (`overdispersion`: what units differ by anyway)
    random_intercept    one model of all sites, with a site effect of each
    shrinkage           stabilised rates from it; gamma_poisson in closed form
    variation           how much sites differ, as one figure, and whether they come closer

Is something going wrong now?
    cusum, vlad         births in order: the sum that sees a lasting change soonest, and a picture of it
    cusum_design        how often such a chart errs, and how soon it sees a change
    cusum_limits        the limit for a wanted run length or chance of a false alarm
    dynamic_limits      limits that move with the mix of cases
    poisson_design      the same for counts a month
    moss                the published monthly early warning for term deaths
    ewma                small lasting shifts of values that are roughly normal
    detect              which chart sees a change in time
    shift_delay         how long until a better level shows as a run
    attention           how many false signals an audience can bear

Did a change work?
    its                 interrupted time series (`interruption`: its design)
    did, did_summary    programmes that came in waves; two_way shows what goes wrong otherwise
    stepped_wedge       every cluster crosses over in its turn
    projection          where a yearly rate is heading, if nothing changes
    regression, glm     least squares; counts with a dispersion of their own
    ar1, hac            errors that resemble their neighbours (`serial_correlation`: whether they do)

What do many projects say together?
    two_by_two          effects of before-and-after tables; Mantel-Haenszel
    meta                random effects; meta_bayes for a handful; meta_regression for why they differ
    heterogeneity       how much they differ beyond chance

Who is left behind, and what do teams say?
    inequality          slope, relative and concentration index over ordered groups
    group_variation     groups without an order
    gaps                a group and its reference: absolute, relative, and how the gap moved
    survey              items to scores, scores to units; survey_rounds; reliability

What may be shown?
    disclosure          rounded counts
    suppression         hidden cells, and an audit that nobody can work them out (`table_structure`: how they add up)
    differencing        what two releases tell together

`results` has what they share: `Interval`, `Estimate`, `Comparison`, and tables with `.columns()` for a data frame of any kind
(`spc_results`, `funnel_results`, `its_results` and `projection_results` are the larger answers). A result says how it was made
(`method`, with its version, and `parameters`), so that an old figure can be made again.

Everywhere: what was seen comes first and what it is seen against second (numerator, denominator; observed, expected; outcome,
risk; a group, its reference); options are keywords; NaN is a missing value and never a zero; `series=` names the series or
site of each row; chance comes from a `seed=`. What cannot be is a ValueError with one sentence that names the parameter, its
rule, and the row (counted from 0). Modules that begin with an underscore are machinery, and may change.

    >>> from matneo.stats.intervals import wilson
    >>> wilson(46, 54).lower.round(3).item()
    0.734
"""
