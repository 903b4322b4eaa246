// Package store keeps conversations in one SQLite file.
//
// It knows tables, transactions and files, and nothing of what is said in
// them: blocks, parameters, usage, failures, views and drafts are opaque JSON
// that comes back byte for byte. It must import neither the API client nor
// the session, so that either can change without a migration.
//
// # What is promised
//
//   - A turn is committed with an fsync before BeginTurn or FinishMessage
//     return. A piece of a stream is committed without one before
//     AppendJournal returns: it survives the process, not a power loss.
//   - Every write is one transaction: all of it happens or nothing does. A
//     context is obeyed while a write waits for its turn, not once it runs,
//     so a cancelled caller never leaves half an answer behind.
//   - Any number of processes may use one file. Whose stream a message is
//     stands in its owner column, and OwnerAlive tells whether that process
//     still lives.
//   - Deleting hides, purging removes: deleted bytes are overwritten and the
//     write-ahead log is emptied. Backups are not touched; BackupFiles names
//     them.
//   - A file that cannot be used is left as it is. The error says by its kind
//     what is wrong and by its text where.
//
// # Shape
//
// There is one file per table, and the schema is migrations/*.sql. Public
// methods open a transaction and call lower-case helpers on *tx, which compose
// freely within it. Denormalised figures (message counts, costs, models) change
// in the transaction that changes what they count, so lists never scan messages.
package store
