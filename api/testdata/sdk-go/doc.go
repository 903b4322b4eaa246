// Package sdkgo lets the official Go SDK judge the simulator, and measures
// package api beside it.
package sdkgo
