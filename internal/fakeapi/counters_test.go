package fakeapi_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/evalrun/evalrun/internal/fakeapi"
)

func TestCountsUnderConcurrency(t *testing.T) {
	const bodies, times = 20, 10
	s := fakeapi.New(fakeapi.Options{KeepCalls: true, Faults: func(c *fakeapi.Call) fakeapi.Fault {
		if c.Attempt == 1 {
			return fakeapi.Overloaded
		}
		return ""
	}})
	server := httptest.NewServer(s)
	defer server.Close()
	var group sync.WaitGroup
	for i := range bodies * times {
		group.Go(func() {
			if _, _, err := try(server.URL, numbered(i%bodies)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	c := s.Counts()
	if c.Requests != bodies*times || c.Answered != bodies*(times-1) || c.ByStatus[200] != c.Answered ||
		c.ByStatus[529] != bodies || c.ByFault[fakeapi.Overloaded] != bodies || c.InFlight != 0 {
		t.Errorf("counts %+v", c)
	}
	for i := range bodies {
		hash := sha256.Sum256([]byte(numbered(i)))
		if n := c.ByBody[hex.EncodeToString(hash[:])]; n != times-1 {
			t.Errorf("body %d was answered %d times, want %d", i, n, times-1)
		}
	}
	for i, call := range s.Calls() {
		if call.Seq != i+1 || !strings.Contains(string(call.Body), "claude") || call.Request["model"] == nil {
			t.Fatalf("call %d: %+v", i, call)
		}
	}
}

func numbered(i int) string {
	return request("claude-opus-4-6", fmt.Sprintf(`[{"role":"user","content":"question %d"}]`, i))
}

func TestCountsWhatIsInFlight(t *testing.T) {
	const calls = 5
	var s *fakeapi.Server
	var arrived sync.WaitGroup
	arrived.Add(calls)
	s = fakeapi.New(fakeapi.Options{Script: func(*fakeapi.Call) fakeapi.Answer {
		arrived.Done()
		arrived.Wait()
		if n := s.Counts().InFlight; n == 0 || n > calls {
			t.Errorf("%d in flight", n)
		}
		return fakeapi.Answer{Text: "x"}
	}})
	url := s.Start(t)
	var group sync.WaitGroup
	for range calls {
		group.Go(func() {
			if _, _, err := try(url, hello); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if c := s.Counts(); c.MaxInFlight != calls || c.InFlight != 0 {
		t.Errorf("counts %+v", c)
	}
}
