// Package cli is parlor's command line: the other user interface beside the
// screen, over the same session calls. It reads flags and configuration, puts
// database, client and manager together in one place (assemble.go), starts the
// screen or runs one command, and turns whatever went wrong into one sentence on
// standard error and an exit code.
//
// It holds no conversation logic: what a command does to a conversation is a
// call of package session, and what it prints for programs is written by
// package transfer. Everything it takes from the process is in [Env], so that
// tests run the whole command tree in memory.
package cli
