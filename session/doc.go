// Package session holds conversations without any screen.
//
// A [Manager] opens, lists and keeps conversations; a [Conversation] is a tree
// of messages with parameters, a draft, a queue and at most one running turn.
// The way of a message through this package: Send commits the user's message,
// the request is built by a pure function from the branch, the parameters and
// what is known about the model, the turn's own goroutine folds the events of
// the stream into the answer, a second one appends what is new to the journal,
// and only then readers are told, on a channel of size one, that a new version
// is there. Readers ask for a [Snapshot] when it suits them; a turn never waits
// for a reader.
//
// What must hold:
//   - The user's message is committed before its request leaves.
//   - What a Snapshot showed is in the journal, unless a Notice says that the
//     database cannot be written.
//   - The request of a turn is a bytewise prefix of the next turn's request
//     while parameters and branch stay the same.
//   - A stream that another living process owns is followed, never touched.
//
// The package must not know about terminals, rendering, keys or command line
// flags. It imports api and store and is imported by ui.
package session
