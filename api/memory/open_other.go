//go:build !unix

package memory

const openNow = 0 // there are no pipes among files
