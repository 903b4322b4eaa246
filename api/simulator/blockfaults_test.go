package simulator_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"parlor/api/simulator"
)

// varied are the scenarios whose streams hold blocks and deltas of every kind.
func varied() []scenario {
	names := []string{
		"thinking counted", "redacted thinking", "tools in parallel", "deferred", "web search", "web fetch", "code", "mcp with listing",
		"advisor", "cited text", "refusal", "fallback midway", "compaction on demand", "input cut by max_tokens",
	}
	return slices.DeleteFunc(scenarios(), func(sc scenario) bool { return !slices.Contains(names, sc.name) })
}

// faulty plays the stream of a scenario with a fault.
func faulty(sc scenario, fault simulator.Script) []byte {
	c := &clock{now: noon()}
	s := simulator.New(simulator.Options{Rate: -1, Now: c.Now, Sleep: c.Sleep})
	fault.Natural = true
	s.Push(fault)
	return post(s, streaming(sc.body), sc.header...).Body.Bytes()
}

func deltas(t *testing.T, stream []byte) int {
	t.Helper()
	n := 0
	for _, e := range events(t, stream) {
		if e.name == "content_block_delta" {
			n++
		}
	}
	return n
}

func TestFaultsAmongBlocksOfAllKinds(t *testing.T) {
	for _, sc := range varied() {
		t.Run(sc.name, func(t *testing.T) {
			whole := faulty(sc, simulator.Script{})
			for n := 0; n <= len(whole); n += 1 + len(whole)/17 {
				if got := faulty(sc, simulator.Script{TruncateAfter: simulator.AfterBytes(n)}); !bytes.Equal(got, whole[:n]) {
					t.Fatalf("cut after %d bytes: got %d", n, len(got))
				}
				got := faulty(sc, simulator.Script{ErrorEventAfter: simulator.AfterBytes(n)})
				if rest, ok := bytes.CutPrefix(got, whole[:n]); !ok || !bytes.HasPrefix(rest, []byte("event: error\ndata: {\"type\":\"error\"")) {
					t.Fatalf("an error after %d bytes: %s", n, rest)
				}
			}
			all := deltas(t, whole)
			for n := 0; n <= all; n += 1 + all/7 {
				got := faulty(sc, simulator.Script{TruncateAfter: simulator.AfterDeltas(n)})
				if !bytes.HasPrefix(whole, got) || deltas(t, got) != n {
					t.Fatalf("cut after %d deltas: %d came", n, deltas(t, got))
				}
				broken := faulty(sc, simulator.Script{ErrorEventAfter: simulator.AfterDeltas(n), ErrorType: "api_error"})
				if list := events(t, broken); deltas(t, broken) != n || list[len(list)-1].name != "error" {
					t.Fatalf("an error after %d deltas: %d came, then %v", n, deltas(t, broken), list[len(list)-1])
				}
			}
			half := simulator.AfterBytes(len(whole) / 2)
			for name, fault := range map[string]simulator.Script{
				"split":   {SplitBytes: 1},
				"stalled": {StallAfter: half, StallFor: time.Second},
				"delayed": {Delay: time.Millisecond, FirstDelay: time.Second},
			} {
				if got := faulty(sc, fault); !bytes.Equal(got, whole) {
					t.Errorf("%s: %d bytes of %d", name, len(got), len(whole))
				}
			}
		})
	}
}

func TestOmittedDeltas(t *testing.T) {
	for kind, name := range map[string]string{
		"citations_delta": "cited text", "compaction_delta": "compaction on demand", "input_json_delta": "tools in parallel",
		"signature_delta": "thinking counted", "thinking_delta": "thinking counted", "text_delta": "cited text",
	} {
		at := slices.IndexFunc(scenarios(), func(sc scenario) bool { return sc.name == name })
		sc := scenarios()[at]
		kinds := func(stream []byte) map[any]int {
			found := map[any]int{}
			for _, e := range events(t, stream) {
				if d, ok := e.data["delta"].(object); ok && e.name == "content_block_delta" {
					found[d["type"]]++
				}
			}
			return found
		}
		if all := kinds(faulty(sc, simulator.Script{})); all[kind] == 0 {
			t.Errorf("%s has no %s", name, kind)
		}
		if left := kinds(faulty(sc, simulator.Script{OmitFields: []string{kind}})); left[kind] > 0 {
			t.Errorf("%d %s are left", left[kind], kind)
		}
	}
}

func TestPacingOfBlocksOfAllKinds(t *testing.T) {
	for _, sc := range varied() {
		c := &clock{now: noon()}
		s := simulator.New(simulator.Options{Now: c.Now, Sleep: c.Sleep})
		if accumulate(t, post(s, streaming(sc.body), sc.header...).Body.Bytes()); c.now.Equal(noon()) {
			t.Errorf("%s took no time", sc.name)
		}
	}
}
