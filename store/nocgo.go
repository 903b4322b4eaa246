//go:build !cgo

package store

// Without cgo the SQLite driver compiles to an empty shell that fails when the
// first database is opened. Failing here says why while there is somebody to
// read it: set CGO_ENABLED=1 and install a C compiler.
func kindOfDriver(error) error {
	return parlor_needs_cgo_for_SQLite_set_CGO_ENABLED_1_and_install_a_C_compiler
}
