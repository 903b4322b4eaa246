package session_test

func crashing() bool { return false }
