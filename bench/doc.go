// Package bench runs parlor as its users do: the real binary, in a pseudo-terminal, with
// keys going in and a screen coming out. It knows the program from outside only and
// imports nothing of it.
package bench
