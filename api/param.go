package api

import (
	"encoding/json"
	"reflect"
	"strings"
)

// The parameters of a request that are JSON objects of their own are structs
// with the members this package knows, and Extra for those it does not: a
// recorded or imported request goes out as it came.

// encodeParam writes known, a struct, and the further members of extra.
func encodeParam(known any, extra map[string]json.RawMessage) ([]byte, error) {
	raw, err := appendValue(nil, known)
	if err != nil {
		return nil, brokenMember(known, err)
	}
	w := &objectWriter{dst: raw[:len(raw)-1]}
	w.extra(extra)
	return w.done()
}

// brokenMember finds the member of known that could not be encoded.
func brokenMember(known any, err error) error {
	v := reflect.ValueOf(known)
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		if _, broken := appendValue(nil, v.Field(i).Interface()); broken != nil {
			return fieldError(name, broken)
		}
	}
	return err
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
