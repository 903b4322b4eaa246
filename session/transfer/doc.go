// Package transfer writes conversations for others to read: as markdown for
// people and as JSON for programs.
//
// The JSON shapes are a promise. Fields are added, never renamed or removed, and
// golden files hold the package to that. Content blocks are written as they came
// over the wire, numbers and strings verbatim.
//
// What is written is what was said, byte for byte: whoever shows it on a terminal
// sanitises it first. The package must not know the screen, the store or flags.
package transfer
