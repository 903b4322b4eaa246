package fallback

// usage is what one model run has cost, as far as the server told it: the
// totals of message_start, replaced by those of each message_delta.
type usage map[string][]byte

func (u usage) merge(raw []byte) {
	for _, m := range members(raw) {
		if value := raw[m.value.start:m.value.end]; !isNull(value) {
			u[m.key] = append([]byte(nil), value...)
		}
	}
}

// runs are the entries of usage.iterations for a hop that asked model: those it
// reported itself, else one made of its totals. Final is for the hop that the
// answer ends with.
func (u usage) runs(model string, final bool) [][]byte {
	var runs [][]byte
	reported := u["iterations"]
	for _, e := range elements(reported) {
		if run := reported[e.start:e.end]; isObject(run) {
			runs = append(runs, run)
		}
	}
	if len(runs) == 0 {
		runs = [][]byte{u.run()}
	}
	last := -1 // the run that gave the answer of this hop
	for i, run := range runs {
		switch text(run, "type") {
		case "message", "fallback_message", "":
			last = i
		}
	}
	for i, run := range runs {
		var edits []edit
		switch kind := text(run, "type"); {
		case final && i == last:
			edits = append(edits, edit{"type", []byte(`"fallback_message"`)})
		case kind == "fallback_message", kind == "":
			edits = append(edits, edit{"type", []byte(`"message"`)})
		}
		if isNull(find(run, "model")) {
			edits = append(edits, edit{"model", quote(model)})
		}
		runs[i] = edited(run, edits...)
	}
	return runs
}

// run makes an entry of the totals.
func (u usage) run() []byte {
	value := func(key, none string) edit {
		if value, ok := u[key]; ok {
			return edit{key, value}
		}
		return edit{key, []byte(none)}
	}
	return edited([]byte(`{"type":"message"}`),
		value("input_tokens", "0"),
		value("output_tokens", "0"),
		value("cache_creation_input_tokens", "0"),
		value("cache_read_input_tokens", "0"),
		value("cache_creation", "null"))
}
