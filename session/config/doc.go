// Package config reads parlor's settings from flags, the environment, the
// project's .parlor.toml, the user's config.toml and the built-in defaults, in
// that order of precedence, and remembers for every value where it came from.
//
// A part that is wrong falls back to what stands below it and is reported as a
// [Problem] that names file, line, key and the way out; loading never fails as a
// whole. A project file may set how things look and which model answers, and
// nothing that sends words or keys elsewhere or runs a program, unless the user
// trusted exactly that file with exactly that content.
//
// The package is a leaf: it knows neither the API client nor the store nor the
// screen, holds no secrets, and touches only the few small files it is named.
package config
