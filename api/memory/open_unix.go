//go:build unix

package memory

import "syscall"

// openNow keeps a pipe that took the place of a file, after it was looked at,
// from holding up the memory until somebody writes into it.
const openNow = syscall.O_NONBLOCK
