// Package paste carries what is pasted past the terminal decoder, byte for byte.
//
// The decoder in front of the program reads a bracketed paste as if it were keys: bytes
// that are not UTF-8 are lost, and so is whatever looks like a mouse report or an escape
// sequence it does not know. A [Reader] sits between the terminal and that decoder. It
// takes the content of every paste out of the stream, keeps it in a table, and passes on
// a paste of one short word of letters and digits, which no decoder changes. The program
// gives that word to [Reader.Take] and gets the bytes. Everything else passes as it came
// and in its place, so keys before and after a paste keep their order.
//
// # Markers cut in two
//
// A read may end anywhere in a marker. Inside a paste nothing is urgent: the end marker
// is looked for in all that was gathered. Outside, a read that ends with the beginning of
// the start marker may have been a key: ESC alone is the escape key and ESC [ is alt+[.
// Both pass at once. Three bytes or more (ESC [ 2 ...) are no key of their own and wait
// for the rest; what does not become a marker passes with the next byte. Where ESC or
// ESC [ passed and the rest of the marker comes in time, the rest passes too, so that the
// decoder sees one marker and no key; where it comes after the decoder's own patience is
// over, it is dropped, because it would be read as typing. In every case the paste itself
// follows as a whole, with both markers: a start marker within a paste means nothing to
// the decoder, and a decoder that was replaced in between (the terminal was lent to an
// editor) has missed the first one.
//
// # Pastes without an end
//
// A paste whose end marker got lost must not swallow keys for ever. After five seconds of
// silence a read of a few bytes is taken for a key: what was gathered is handed over as a
// paste and the key counts as a key. A paste that merely stalled on a slow line goes on
// with a packet of many bytes or with the end marker, and stays a paste, because pasted
// lines must never be taken for keys. A paste of more than 64 MiB arrives in pieces of
// that size. At the end of input what was gathered is handed over.
//
// # What the program's loop needs
//
// The program waits until the terminal has something to read and then reads once. So a
// Read here reads once from the terminal at most, never waits for more, and returns
// 0, nil when all of it went into a paste; and it takes no more from the terminal than
// fits the caller's buffer in the worst case, so that nothing waits here unseen.
//
// The package must not know the program: it has no messages, no widgets, no goroutines.
// On Windows the decoder reads the console past any file, and the Reader sees nothing.
package paste
