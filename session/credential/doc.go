// Package credential finds the key a request is sent with, and keeps the one a
// user gives to parlor.
//
// [Store] stands between the client's own sources: what the environment names
// comes first (ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, ANTHROPIC_PROFILE), then
// parlor's own (the keyring of the operating system, key_command, a file only the
// user can read), then federation and the fallback profile. A stored key belongs
// to the origin it was stored for and is never given out for another.
//
// The keyring can hang or start a bus, so it is asked only when a marker file
// without any secret says that a key is there, in a goroutine, for at most three
// seconds. The package must not know the screen or the settings files.
package credential
