//go:build race

package ui

// slowdown is what the race detector costs, for tests that measure.
const slowdown = 20
