// Package uncertain turns what a load run measured into figures with intervals, and into verdicts that may be "not known".
//
// Start with [Blocks], which keeps what was due in every stretch of the run in bounded space, and [Blocks.Run], which cuts it into
// twenty blocks. A [Run] has the intervals of its percentiles, mean and shares, and judges service levels. [Interleaved] and
// [Apart] compare two builds, and [Fit] finds the rate at which a level stops to hold.
//
// Answers in a queue are slow together: fifteen thousand of them may be worth two hundred independent ones. So every figure is a
// share first: "p99 < T" is "less than 1 % of the exchanges take T or longer". The blocks tell how much more a share varies than
// that of independent exchanges would: that is its design effect. The sample divided by it is the effective sample, of
// which the interval is Clopper and Pearson's (Korn and Graubard, Survey Methodology 24, 1998). The interval of a percentile is
// the set of values that the interval of its share allows (Woodruff, Journal of the American Statistical Association 47, 1952).
//
// An interval speaks of the minutes that were measured, and of no others. `make bench-stats` shows how often an interval holds
// the truth of simulated targets, and how often a verdict is wrong.
//
// Everything here is a function of its arguments: nothing reads a clock, a file, or a random number. Times are in nanoseconds in
// histograms, as the load generator records them, and in seconds in figures.
package uncertain
