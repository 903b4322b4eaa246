package api

import (
	"encoding/json"
	"errors"
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
		name := memberName(v.Type().Field(i))
		if name == "-" {
			continue
		}
		if _, broken := appendValue(nil, v.Field(i).Interface()); broken != nil {
			var value *json.MarshalerError
			if errors.As(broken, &value) { // which names a Go type instead of a member
				broken = value.Err
			}
			return fieldError(name, broken)
		}
	}
	return err
}

// memberName is what a field of a struct is called in JSON.
func memberName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}

// decodeParam reads known, a pointer to a struct, and returns the members that
// encoding it again would leave out: unknown ones, nulls and zeros.
func decodeParam(raw []byte, known any) (extra map[string]json.RawMessage, err error) {
	o := parseObject(raw)
	switch {
	case string(raw) == "null": // does nothing, as in encoding/json
		return nil, nil
	case o == nil:
		return nil, errors.New("is not a JSON object")
	}
	v := reflect.ValueOf(known).Elem()
	for i := range v.NumField() {
		name := memberName(v.Type().Field(i))
		if value, ok := o[name]; ok && name != "-" {
			if err := json.Unmarshal(value, v.Field(i).Addr().Interface()); err != nil {
				return nil, fieldError(name, err)
			}
		}
	}
	again, err := appendValue(nil, known)
	if err != nil {
		return nil, err
	}
	kept := parseObject(again)
	for key, value := range o {
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
