package api

import "encoding/json"

// The parameters of a request that are JSON objects of their own are structs
// with the members this package knows, and Extra for those it does not: a
// recorded or imported request goes out as it came.

// encodeParam writes known, a struct, and the further members of extra.
func encodeParam(known any, extra map[string]json.RawMessage) ([]byte, error) {
	raw, err := appendValue(nil, known)
	if err != nil {
		return nil, err
	}
	w := &objectWriter{dst: raw[:len(raw)-1]}
	w.extra(extra)
	return w.done()
}

// decodeParam reads known, a pointer to a struct, and returns the members that
// encoding it again would leave out: unknown ones, nulls and zeros.
func decodeParam(raw []byte, known any) (extra map[string]json.RawMessage, err error) {
	if err := json.Unmarshal(raw, known); err != nil {
		return nil, err
	}
	again, err := appendValue(nil, known)
	if err != nil {
		return nil, err
	}
	kept := parseObject(again)
	for key, value := range parseObject(raw) {
		if _, ok := kept[key]; ok {
			continue
		}
		if extra == nil {
			extra = map[string]json.RawMessage{}
		}
		extra[key] = value
	}
	return extra, nil
}
