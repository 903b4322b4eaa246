package config

import "path/filepath"

// Dirs are the folders parlor keeps its files in. They need not exist.
type Dirs struct {
	Config string // config.toml, keys.toml
	Data   string // the database and its backups
	State  string // log, crash reports, trust, the marker of a stored key
	Themes string // *.toml
}

// FindDirs is where parlor keeps its files for this user, for those who need to
// know before anything is loaded. Fields are "" where no home folder is known.
func FindDirs(goos, home string, getenv func(string) string) Dirs {
	d, _ := dirsFor(goos, home, getenv)
	return d
}

// dirsFor follows the platform's own conventions. The XDG variables, where they
// are set to an absolute path, win on Unix and macOS alike. ok is false where
// no home folder is known.
func dirsFor(goos, home string, getenv func(string) string) (Dirs, bool) {
	xdg := func(name string, fallback ...string) string {
		if dir := getenv(name); filepath.IsAbs(dir) && goos != "windows" {
			return filepath.Join(dir, "parlor")
		}
		if home == "" {
			return ""
		}
		return filepath.Join(append([]string{home}, fallback...)...)
	}
	var d Dirs
	switch goos {
	case "darwin":
		support := []string{"Library", "Application Support", "parlor"}
		d.Config = xdg("XDG_CONFIG_HOME", support...)
		d.Data = xdg("XDG_DATA_HOME", support...)
		d.State = xdg("XDG_STATE_HOME", filepath.Join(filepath.Join(support...), "state"))
	case "windows":
		d = windowsDirs(home, getenv)
	default:
		d.Config = xdg("XDG_CONFIG_HOME", ".config", "parlor")
		d.Data = xdg("XDG_DATA_HOME", ".local", "share", "parlor")
		d.State = xdg("XDG_STATE_HOME", ".local", "state", "parlor")
	}
	if d.Config != "" {
		d.Themes = filepath.Join(d.Config, "themes")
	}
	return d, d.Config != "" && d.Data != "" && d.State != ""
}

func windowsDirs(home string, getenv func(string) string) Dirs {
	roaming, local := getenv("APPDATA"), getenv("LOCALAPPDATA")
	if roaming == "" && home != "" {
		roaming = filepath.Join(home, "AppData", "Roaming")
	}
	if local == "" && home != "" {
		local = filepath.Join(home, "AppData", "Local")
	}
	var d Dirs
	if roaming != "" {
		d.Config = filepath.Join(roaming, "parlor")
	}
	if local != "" {
		d.Data = filepath.Join(local, "parlor", "data")
		d.State = filepath.Join(local, "parlor", "state")
	}
	return d
}
