// Package bench runs parlor as its users do: the real binary, in a pseudo-terminal, with
// keys going in and a screen coming out. It knows the program from outside only: of its
// packages the tests import the simulator, to have a server that does as it is told, and
// nothing else.
package bench
