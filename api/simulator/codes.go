package simulator

import "encoding/json"

// badCode is a 400 with an error code in its details.
func badCode(code, format string, args ...any) error {
	return withCode(bad(format, args...), code, nil)
}

// withCode puts an error code, and what goes with it, into the details of an error.
func withCode(err error, code string, more map[string]any) error {
	e, ok := err.(*apiError) //nolint:errorlint // made by bad or notFound, which wrap nothing
	if !ok {
		return err
	}
	details := map[string]any{"error_code": code}
	for name, value := range more {
		details[name] = value
	}
	e.details = json.RawMessage(encode(details))
	return e
}
