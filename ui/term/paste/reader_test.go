package paste

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPastesComeByteForByte(t *testing.T) {
	const s, e = startMarker, endMarker
	late := decoderPatience
	tests := []struct {
		name   string
		chunks []chunk
		want   []event
	}{
		{"keys alone", at("abc\r", "\x1b[A", "\x1b"), []event{{false, "abc\r\x1b[A\x1b"}}},
		{"between keys", at("a" + s + "hello" + e + "b"), []event{{false, "a"}, {true, "hello"}, {false, "b"}}},
		{"not UTF-8", at(s + "caf\xe9 \xff\xfe\x00" + e), []event{{true, "caf\xe9 \xff\xfe\x00"}}},
		{"a mouse report, a key, a title", at(s + "\x1b[<0;1;1M\x1b[A\x1b]0;x\a\x1b" + e), []event{{true, "\x1b[<0;1;1M\x1b[A\x1b]0;x\a\x1b"}}},
		{"line ends as they are", at(s + "a\nb\rc\r\nd" + e), []event{{true, "a\nb\rc\r\nd"}}},
		{"a start marker inside", at(s + "x" + s + "y" + e), []event{{true, "x" + s + "y"}}},
		{"an end marker alone", at("a" + e + "b"), []event{{false, "a" + e + "b"}}},
		{"empty", at(s + e + "x"), []event{{true, ""}, {false, "x"}}},
		{"two in one read", at(s + "1" + e + s + "2" + e), []event{{true, "1"}, {true, "2"}}},
		{"almost an end", at(s+"\x1b[20", "\x1b[201", "\x1b[201~"), []event{{true, "\x1b[20\x1b[201"}}},
		{"almost a start", at("\x1b[20", "1~", "\x1b[200", "x"), []event{{false, "\x1b[201~\x1b[200x"}}},
		{"escape and then a paste", at("\x1b", s+"x"+e), []event{{false, "\x1b"}, {true, "x"}}},
		{"a start cut after three bytes, and late", []chunk{{0, "\x1b[2"}, {time.Hour, "00~x" + e}}, []event{{true, "x"}}},
		{"a start cut after escape", at("\x1b", "[200~x"+e), []event{{true, "x"}}},
		{"a start in single bytes", at("\x1b", "[", "2", "0", "0", "~", "x"+e), []event{{true, "x"}}},
		{"too late for the decoder", []chunk{{0, "\x1b"}, {late, "[200~x" + e}}, []event{{false, "\x1b"}, {true, "x"}}},
		{"input ends in a paste", at("a", s+"xyz\x1b[20"), []event{{false, "a"}, {true, "xyz\x1b[20"}}},
		{"input ends in a start", at("a\x1b[20"), []event{{false, "a\x1b[20"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, _ := on(tt.chunks...)
			if got := understand(t, r, drain(t, r)); !slices.Equal(got, tt.want) {
				t.Errorf("got  %v\nwant %v", got, tt.want)
			}
		})
	}
}

func TestKeysPassAtOnce(t *testing.T) {
	for _, key := range []string{"a", "\x1b", "\x1b[", "\x1b[A", "\x1b[2~", "\x1bO", "\x1b\x1b", "é", "\x1b[<35;10;10M"} {
		r, _ := on(at(key, "x")...)
		buf := make([]byte, 4096)
		if n, err := r.Read(buf); err != nil || string(buf[:n]) != key {
			t.Errorf("the first read gives %q, %v; want %q", buf[:n], err, key)
		}
	}
}

func TestLostEndDoesNotSwallowKeys(t *testing.T) {
	const s, e = startMarker, endMarker
	long := strings.Repeat("line\r", 20)
	tests := []struct {
		name   string
		chunks []chunk
		want   []event
	}{
		{"a key after a long silence is a key", []chunk{{0, s + "text"}, {stall, "q"}, {0, "r"}}, []event{{true, "text"}, {false, "qr"}}},
		{"a key soon after is not", []chunk{{0, s + "text"}, {stall - 1, "q"}, {stall, "r"}}, []event{{true, "textq"}, {false, "r"}}},
		{"a paste can stall and go on", []chunk{{0, s + "text "}, {time.Minute, long}, {0, "more" + e}}, []event{{true, "text " + long + "more"}}},
		{"a paste can stall before its end", []chunk{{0, s + "text "}, {time.Minute, "end" + e}}, []event{{true, "text end"}}},
		{"a paste can stall within its end", []chunk{{0, s + "text\x1b[20"}, {time.Minute, "1~"}, {0, "k"}}, []event{{true, "text"}, {false, "k"}}},
		{"another paste after a long silence", []chunk{{0, s + "lost"}, {time.Minute, "\x1b[A"}, {0, s + "new" + e}}, []event{{true, "lost"}, {false, "\x1b[A"}, {true, "new"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, _ := on(tt.chunks...)
			if got := understand(t, r, drain(t, r)); !slices.Equal(got, tt.want) {
				t.Errorf("got  %v\nwant %v", got, tt.want)
			}
		})
	}
}

func TestLargePastesComeInPieces(t *testing.T) {
	r, _ := on(at("a"+startMarker+"12345678\x1b[2", "01~b")...)
	r.limit = 8
	want := []event{{false, "a"}, {true, "12345678"}, {true, ""}, {false, "b"}}
	if got := understand(t, r, drain(t, r)); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestOneReadIsOneRead holds what the program's loop relies on: it reads only
// when the terminal has something, so nothing may be left behind in between.
func TestOneReadIsOneRead(t *testing.T) {
	worst := strings.Repeat(startMarker+endMarker, 1000) + strings.Repeat(startMarker+"x"+endMarker, 1000)
	r, tty := on(at(startMarker+"first", "\x1b[201", "~"+worst, "\x1b[20", worst)...)
	r.count = 1e18 // as long as a word can get
	buf := make([]byte, 4096)
	for i := 1; len(tty.chunks) > 0; i++ {
		if _, err := r.Read(buf); err != nil {
			t.Fatal(err)
		}
		if tty.reads != i {
			t.Fatalf("read %d read the terminal %d times", i, tty.reads)
		}
		if len(r.out) > 0 {
			t.Fatalf("read %d left %d bytes behind", i, len(r.out))
		}
	}
	r, _ = on(at(startMarker + "swallowed")...)
	if n, err := r.Read(buf); n != 0 || err != nil {
		t.Errorf("a read that only goes into a paste gives %d, %v", n, err)
	}
}

func TestUnknownWordsAreText(t *testing.T) {
	r, _ := on(at(startMarker + "secret" + endMarker)...)
	out := drain(t, r)
	word := strings.TrimSuffix(strings.TrimPrefix(out, startMarker), endMarker)
	other, _ := on()
	var none *Reader
	for _, s := range []string{"", "hello", word + "0", strings.Repeat("x", 1e6)} {
		if got := r.Take(s); got != s {
			t.Errorf("Take(%q) = %q", s, got)
		}
	}
	if other.Take(word) != word || none.Take(word) != word {
		t.Error("a word of another run means something")
	}
	if r.Take(word) != "secret" || r.Take(word) != word {
		t.Error("a word must be good exactly once")
	}
}

func TestSmallBuffersWorkToo(t *testing.T) {
	r, _ := on(at("ab" + startMarker + "content" + endMarker + "cd")...)
	var out bytes.Buffer
	buf := make([]byte, 1)
	for {
		n, err := r.Read(buf)
		out.Write(buf[:n])
		if err != nil {
			break
		}
	}
	want := []event{{false, "ab"}, {true, "content"}, {false, "cd"}}
	if got := understand(t, r, out.String()); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
