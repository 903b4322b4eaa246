// Package term knows what terminals understand and what must never reach them.
package term
