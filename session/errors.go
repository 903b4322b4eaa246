package session

import "parlor/store"

// ErrNotFound is the kind of error for a conversation or message that does not
// exist, for those who do not know the store.
var ErrNotFound = store.ErrNotFound
