package api

// LimitTo bounds what is kept of the answer, in bytes.
func (s *Stream) LimitTo(limit int) { s.limit = limit }
