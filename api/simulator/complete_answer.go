package simulator

import "strings"

// completionObject is a completion, or an event of a stream of one.
type completionObject struct {
	Type       string  `json:"type"`
	ID         string  `json:"id"`
	Completion string  `json:"completion"`
	StopReason *string `json:"stop_reason"`
	Stop       *string `json:"stop"`
	Model      string  `json:"model"`
	LogID      string  `json:"log_id"`
}

// completion sends the answer to /v1/complete, whose texts begin with a space.
func (s *sink) completion(a *answer) {
	id := "compl_" + strings.TrimPrefix(a.id, "msg_")
	object := completionObject{Type: "completion", ID: id, Model: a.model, LogID: id}
	var deltas []delta
	for _, b := range a.blocks {
		for _, d := range b.deltas {
			if d.kind == "text_delta" {
				deltas = append(deltas, d)
			}
		}
	}
	if len(deltas) > 0 && !s.p.scripted && !strings.HasPrefix(deltas[0].text, " ") {
		deltas[0].text = " " + deltas[0].text
	}
	reason, stop := "stop_sequence", a.stopSequence
	if a.stopReason == "max_tokens" {
		reason = a.stopReason
	} else if stop == nil {
		human := humanTurn
		stop = &human
	}
	if a.q.stream {
		s.completionStream(a, object, deltas, reason, stop)
		return
	}
	for _, d := range deltas {
		object.Completion += d.text
	}
	object.StopReason, object.Stop = &reason, stop
	pc := s.newPacer(a)
	if pc.first(nil) != nil || pc.after(float64(a.output), nil) != nil || s.begin("application/json") != nil {
		return
	}
	s.write(s.omit(encode(object)))
	_ = s.flush()
}

// completionStream sends each delta as an event of its own, and the reason to stop in a last one without text.
func (s *sink) completionStream(a *answer, object completionObject, deltas []delta, reason string, stop *string) {
	pc := s.newPacer(a)
	if s.begin("text/event-stream; charset=utf-8") != nil || pc.first(s) != nil || s.deltaFault() != nil {
		return
	}
	for i, d := range deltas {
		if s.gate(s.x.r.Context()) != nil || pc.next(s, a.q.model, d) != nil {
			return
		}
		object.Completion = d.text
		s.event("completion", encode(object))
		if i == 0 {
			s.ping()
		}
		s.deltas++
		if pc.paced && s.flush() != nil || s.deltaFault() != nil {
			return
		}
	}
	object.Completion, object.StopReason, object.Stop = "", &reason, stop
	s.event("completion", encode(object))
	_ = s.flush()
}
