package config

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/joho/godotenv"
)

// EnvFile reads NAME=value lines from a file the user named and returns an
// environment in which they stand below what base has: a variable that is
// already set keeps its value. The error is a [Problem] and shows nothing of
// the file's content, which is made of secrets.
func EnvFile(name string, base func(string) string) (func(string) string, error) {
	data, err := readFile(name)
	if err != nil {
		message := "cannot be read"
		if errors.Is(err, fs.ErrNotExist) {
			message = "there is no such file"
		}
		return nil, Problem{File: name, Message: message, Fix: "check the name given to --env-file", Fatal: true}
	}
	vars, err := godotenv.UnmarshalBytes(data)
	if err != nil {
		return nil, Problem{
			File: name, Line: badEnvLine(string(data)),
			Message: "this is not a NAME=value line", Fix: "correct it", Fatal: true,
		}
	}
	return func(key string) string {
		if v := base(key); v != "" {
			return v
		}
		return vars[key]
	}, nil
}

// badEnvLine finds the first line that does not stand on its own; 0 where only
// the whole is wrong.
func badEnvLine(data string) int {
	n := 0
	for line := range strings.Lines(data) {
		n++
		if _, err := godotenv.Unmarshal(line); err != nil {
			return n
		}
	}
	return 0
}
