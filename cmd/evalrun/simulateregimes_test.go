package main

import (
	"math"
	"math/rand/v2"
)

// moreSimulations are regimes that an attack on the verdicts found: each line had far
// more false verdicts than 2.5 % once.
var moreSimulations = []simulatedRuns{
	{name: "half of the new fails are errors, a metric by outcome", cases: 100, old: 1, new: 1, rate: .7, value: byOutcome, newErrors: halfOfFails},
	{name: "the same, 5 samples", cases: 60, old: 5, new: 5, rate: .7, value: byOutcome, newErrors: halfOfFails},
	{name: "what failed is asked again, short where it failed", cases: 150, old: 1, new: 1, rate: .7, failed: true, value: shortIfFailed, metricOnly: true},
	{name: "clusters that the base alone names", cases: 200, old: 1, new: 1, rate: .8, group: tens, baseGroups: true},
	{name: "4 clusters of a fifth, which fall as a whole by the margin", cases: 500, old: 1, new: 1, rate: 1, drop: .05, group: fifths},
	{name: "a cluster of 24 % alone falls, by the margin in all", cases: 250, old: 1, new: 1, rate: 1, drop: .05, dropOf: first60, group: func(i int) int { return max(0, i-59) }},
	{name: "2 clusters of 5 % alone fall, by the margin in all", cases: 240, old: 1, new: 1, rate: 1, drop: .05, dropOf: first24, group: two12},
	{name: "5 clusters of 10 among 250 cases alone fall, by the margin in all", cases: 300, old: 1, new: 1, rate: 1, drop: .05, dropOf: first50, group: five10},
	{name: "cut short, 60 % of the fails are not asked", cases: 150, old: 1, new: 1, rate: .7, unasked: .6},
	{name: "the same, a drop of 10 points", cases: 150, old: 1, new: 1, rate: .8, drop: .1, unasked: .6},
	{name: "a metric that is mostly 0", cases: 60, old: 2, new: 2, rate: .9, value: mostlyZero},
	{name: "a metric of 8 cases, a long tail", cases: 8, old: 1, new: 1, rate: .7, value: longTail},
	{name: "3 variants in clusters of 9, errors by outcome", cases: 180, old: 2, new: 2, rate: .8, variants: 3, group: func(i int) int { return i / 9 }, newErrors: halfOfFails},
}

func halfOfFails(r *rand.Rand, passed bool) bool { return !passed && r.Float64() < .5 }

func shortIfFailed(r *rand.Rand, passed bool) float64 {
	if passed {
		return math.Round(100 + 20*r.NormFloat64())
	}
	return math.Round(20 + 5*r.NormFloat64())
}

func mostlyZero(r *rand.Rand, passed bool) float64 {
	if r.Float64() < .9 {
		return 0
	}
	return longTail(r, passed)
}

// fifths are four clusters of a hundred, and cases alone behind them.
func fifths(i int) int { return min(i/100, 4) + max(0, i-400) }

// first60 is a drop of the first 60 of 250 cases, of 5 points in all.
func first60(i int) float64 {
	if i < 60 {
		return .05 / .24
	}
	return 0
}

// two12 are two clusters of 12, and cases alone behind them.
func two12(i int) int { return min(i/12, 2) + max(0, i-24) }

// first24 is a drop of the first 24 of 240 cases, of 5 points in all.
func first24(i int) float64 {
	if i < 24 {
		return .5
	}
	return 0
}

// five10 are five clusters of ten, and cases alone behind them.
func five10(i int) int { return min(i/10, 5) + max(0, i-50) }

// first50 is a drop of the first 50 of 300 cases, of 5 points in all.
func first50(i int) float64 {
	if i < 50 {
		return .3
	}
	return 0
}
