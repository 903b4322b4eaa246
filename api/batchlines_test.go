package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

// readResults reads everything.
func readResults(r io.Reader) (list []BatchResult, err error) {
	d := newResultReader(r)
	for {
		result, err := d.next()
		if err != nil {
			return list, err
		}
		list = append(list, result)
	}
}

// FuzzResults feeds any bytes to the reader of results: however they are cut,
// each line that is a result gives exactly one, up to the first that is none.
func FuzzResults(f *testing.F) {
	line := resultLine(1, 50)
	for _, seed := range []string{
		line + line, "\xEF\xBB\xBF" + line + "\r\n\r\n" + strings.TrimSpace(line), line[:len(line)/2], line + "{oops\n" + line,
		"\n\n{\"result\":{\"type\":\"errored\",\"error\":{\"error\":{\"type\":\"api_error\"}}}}\nnull\n", "<html>\n",
		"{\"custom_id\":\"\\ud83d\",\"result\":{\"message\":{\"content\":[1,\"x\",{\"type\":\"text\"}]}}}",
	} {
		f.Add([]byte(seed), []byte{3, 0, 7})
	}
	f.Fuzz(func(t *testing.T, input, cuts []byte) {
		want, end := plainResults(input)
		for name, r := range map[string]io.Reader{
			"whole":       bytes.NewReader(input),
			"cut":         &chunkReader{data: input, cuts: append(bytes.Clone(cuts), 0)},
			"data + EOF":  iotest.DataErrReader(bytes.NewReader(input)),
			"byte a time": iotest.OneByteReader(bytes.NewReader(input)),
		} {
			got, err := readResults(r)
			if len(got) != len(want) {
				t.Fatalf("%s: %d results, want %d: %v", name, len(got), len(want), err)
			}
			for i := range got {
				if string(got[i].Raw) != want[i] {
					t.Fatalf("%s: result %d is %s, want %s", name, i, got[i].Raw, want[i])
				}
				checkMessage(t, got[i])
			}
			var line *lineError
			if errors.As(err, &line) == end || errors.Is(err, io.EOF) != end {
				t.Fatalf("%s: ended with %v", name, err)
			}
		}
	})
}

// plainResults finds the results in the simplest way; end means that all lines
// are results.
func plainResults(input []byte) (list []string, end bool) {
	input = bytes.TrimPrefix(input, []byte("\xEF\xBB\xBF"))
	for line := range strings.SplitSeq(string(input), "\n") {
		line = strings.Trim(line, " \t\r\n")
		if line == "" {
			continue
		}
		var o map[string]json.RawMessage
		has := func(key string) bool { return len(o[key]) > 0 && string(o[key]) != "null" }
		if json.Unmarshal([]byte(line), &o) != nil || !has("custom_id") && !has("result") {
			return list, false
		}
		list = append(list, line)
	}
	return list, true
}

// checkMessage compares the message of a result with the same one by itself.
func checkMessage(t *testing.T, result BatchResult) {
	t.Helper()
	raw := parseObject(parseObject(result.Raw)["result"])["message"]
	if !isObject(raw) {
		return
	}
	var want Message
	if err := json.Unmarshal(raw, &want); err != nil || !reflect.DeepEqual(*result.Message, want) {
		t.Fatalf("the message is %+v, want %+v, %v", *result.Message, want, err)
	}
}

func TestResultsComeInLinesOfAnyLength(t *testing.T) {
	var input bytes.Buffer
	var want []string
	for i, text := range []int{0, 60 << 10, 64 << 10, 70 << 10, 5 << 20, 10, 128 << 10} {
		line := resultLine(i, text)
		input.WriteString(line)
		want = append(want, strings.TrimSpace(line))
	}
	got, err := readResults(iotest.HalfReader(&input))
	if !errors.Is(err, io.EOF) || len(got) != len(want) {
		t.Fatalf("%d results, %v", len(got), err)
	}
	for i := range got {
		if string(got[i].Raw) != want[i] {
			t.Errorf("result %d is another one", i)
		}
	}
}

func TestResultLinesAreBounded(t *testing.T) {
	short := resultLine(1, 0)
	for name, input := range map[string]string{
		"with an end":    short + resultLine(2, 10_000) + short,
		"without an end": short + resultLine(2, 10_000)[:9_000],
		"in the buffer":  short + resultLine(2, 1_100) + short,
	} {
		d := newResultReader(strings.NewReader(input))
		d.limit = 1000
		first, err := d.next()
		if err != nil || first.CustomID != "request-1" {
			t.Errorf("%s: got %+v, %v", name, first, err)
		}
		_, err = d.next()
		var line *lineError
		if !errors.As(err, &line) || !errors.Is(err, errLineTooLong) || err.Error() != "line 2: it is longer than 64 MiB" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALongLineLeavesNoMemoryBehind(t *testing.T) {
	d := newResultReader(strings.NewReader(resultLine(1, 4<<20) + resultLine(2, 10)))
	for range 2 {
		if _, err := d.next(); err != nil {
			t.Fatal(err)
		}
	}
	if cap(d.long) > 1<<20 {
		t.Errorf("%d bytes are kept", cap(d.long))
	}
}

// resultLine is a line of results as the API writes it, with so many bytes of
// text in the answer.
func resultLine(n, text int) string {
	const sentence = `The quick brown fox said \"größer\" and left.\n`
	words := strings.Repeat(sentence, text/len(sentence))
	return fmt.Sprintf(`{"custom_id":"request-%d","result":{"type":"succeeded","message":{"id":"msg_%d",`+
		`"type":"message","role":"assistant","model":"claude-test","content":[{"type":"text","text":"%s"}],`+
		`"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":12,"cache_creation_input_tokens":0,`+
		`"cache_read_input_tokens":0,"output_tokens":%d,"service_tier":"batch"}}}}`+"\n", n, n, words, text/4)
}

// BenchmarkResults measures decoding, per answer of 2 KB and of 200 KB.
func BenchmarkResults(b *testing.B) {
	for name, c := range map[string]struct{ lines, text int }{"2KB": {2000, 2000}, "200KB": {20, 200_000}} {
		b.Run(name, func(b *testing.B) {
			var input bytes.Buffer
			for i := range c.lines {
				input.WriteString(resultLine(i, c.text))
			}
			b.SetBytes(int64(input.Len()))
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for r := newResultReader(bytes.NewReader(input.Bytes())); ; n++ {
					result, err := r.next()
					if errors.Is(err, io.EOF) {
						break
					}
					if err != nil || result.Message.StopReason != StopEndTurn {
						b.Fatal(err, string(result.Raw))
					}
				}
				if n != c.lines {
					b.Fatal(n)
				}
			}
		})
	}
}
