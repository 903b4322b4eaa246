// Package composer is where the user writes: an editor for a few lines or a
// few thousand, with pastes folded into chips, prompt history, search in it,
// and completion of slash commands.
//
// The text is a list of lines of atoms, an atom being one grapheme or one
// chip, so that the caret, deletion and wrapping cannot stop inside either.
// Atoms keep the bytes they came from: what Value returns is what was typed
// and pasted, byte for byte. Only drawing goes through term.Sanitize.
//
// Why not Bubbles' textarea: it edits runes instead of graphemes, has nothing
// that could stand for a chip, cuts pastes at 10,000 lines, cleans control
// characters out of the value, and lays out its whole text for every frame: a
// key in 200 lines costs it 10 ms from Update to View on two 2026 server cores,
// here 0.02 ms (BenchmarkKeyToView, BenchmarkTextarea). Its verbs are kept:
// SetSize, SetStyles, Focus, Blur, Update, View, Cursor.
//
// The composer must not know conversations, the store, the clock or where its
// commands lead. It has no goroutines and does no I/O. What it wants done it
// returns as actions:
//
//	ID               Arg              Value              when
//	message.send                      session.Outgoing   Enter; the parent calls Clear once it took the text;
//	                                                     no Value where there is nothing to send
//	composer.paste                    Paste              a chip too large for the screen is opened; the parent
//	                                                     starts the editor and calls ReplacePaste
//	slash.unknown    the command                         Enter on a slash command nobody knows; the text stays
//	any other        rest of the line                    a slash command: the ID of its action.Info; the text is
//	                                                     gone, and comes back with undo
package composer
