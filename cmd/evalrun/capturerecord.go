package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/capture"
	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/endpoint"
	"github.com/evalrun/evalrun/internal/messages"
	"github.com/evalrun/evalrun/internal/runrecord"
	"github.com/evalrun/evalrun/internal/wording"
	"github.com/evalrun/evalrun/record"
)

// Where captured traffic is by default; that of before is kept beside it.
const (
	captureRecord         = "capture.jsonl"
	previousCaptureRecord = "previous-capture.jsonl"
)

// recordTraffic passes requests on to the API, and writes them to a record. What
// it gives ends the record, once no request is under way.
func recordTraffic(s streams, f *captureFlags, self net.Addr) (http.Handler, func() error, error) {
	at, err := upstream(s, self)
	if err != nil {
		return nil, nil, err
	}
	rec, err := f.begin(at.Shown)
	if err != nil {
		return nil, nil, err
	}
	rec.recorder = capture.NewRecorder(capture.RecorderOptions{
		Record: rec.writer, Found: rec.found, APIVersion: endpoint.DefaultVersion, Share: f.share, Cost: answerCost,
		Stopped: func(err error) {
			fmt.Fprintf(s.err, "evalrun: recording has stopped, and the application goes on: %v\n", err)
		},
	})
	proxy := capture.NewProxy(capture.ProxyOptions{
		Upstream: at.URL, Transport: messages.NewForwarder(http.ProxyFromEnvironment), Recorder: rec.recorder, Now: time.Now,
		Report: func(sentence string) { fmt.Fprintf(s.err, "evalrun: %s\n", s.secrets.Text(sentence)) },
	})
	return proxy, func() error {
		rec.end(s)
		return nil
	}, nil
}

// trafficRecord is the record of captured traffic.
type trafficRecord struct {
	path     string
	writer   *record.Writer
	found    *record.File // what it held before; nil where it is new
	recorder *capture.Recorder
	begun    time.Time
}

// begin opens the record and writes its run line. baseURL is where requests go.
func (f *captureFlags) begin(baseURL string) (*trafficRecord, error) {
	rec := &trafficRecord{path: f.out, begun: time.Now()}
	var err error
	if rec.path == "" {
		rec.path = filepath.Join(defaultDir, captureRecord)
		err = refuseLink("cannot write the record", rec.path)
		if err == nil {
			rec.writer, err = runrecord.BeginIn(rec.path, previousCaptureRecord)
		}
	} else {
		err = rec.open(baseURL)
	}
	if err == nil {
		if patterns, _ := f.patterns(); len(patterns) > 0 { // check has reported what is wrong with them
			rec.writer.Redact(patterns)
		}
		err = rec.writer.Append(record.Run{
			Tool: tool(), Started: rec.begun.UTC(), BaseURL: baseURL, APIVersion: endpoint.DefaultVersion, Source: record.SourceAPI,
			Scope: record.Scope{Capture: &record.Capture{Share: f.share}}, Resumed: rec.found != nil,
		})
	}
	if err == nil {
		return rec, nil
	}
	rec.close()
	var list diagnostic.List
	if errors.As(err, &list) {
		return nil, err
	}
	return nil, usage(fmt.Sprintf("cannot write the record: %v", err), "`-o FILE` writes it to another file")
}

// open opens the record that -o names: behind the traffic that it holds, if it
// holds any.
func (rec *trafficRecord) open(baseURL string) error {
	if err := refuseLink("-o", rec.path); err != nil {
		return err
	}
	info, err := os.Stat(rec.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular() && info.Size() == 0 {
		rec.writer, err = record.Create(rec.path)
		return err
	}
	rec.writer, rec.found, err = record.Append(rec.path)
	switch {
	case err != nil:
		return recordError("-o", err)
	case rec.found == nil: // cut short before its first line
		return nil
	case !rec.found.Run.IsCaptured():
		return usage(fmt.Sprintf("-o: %s is the record of a run, and not of captured traffic", rec.path), "name another file, so that it stays what it is")
	case rec.found.Run.BaseURL != baseURL:
		return usage(fmt.Sprintf("-o: %s holds traffic of %q, and requests now go to %q", rec.path, rec.found.Run.BaseURL, baseURL), "name another file")
	}
	return nil
}

// close closes what is open.
func (rec *trafficRecord) close() {
	if rec.writer != nil {
		rec.writer.Close() // end has reported what is wrong with it
	}
	if rec.found != nil {
		rec.found.Close()
	}
}

// end writes the last line, and says what the record has.
func (rec *trafficRecord) end(s streams) {
	defer rec.close()
	sum := rec.recorder.Sum()
	if rec.writer.Err() == nil {
		_ = rec.writer.Append(record.Summary{ // Close gives the error again
			Finished: time.Now().UTC(), Complete: true, Requests: sum.Recorded, SpentUSD: sum.Spent,
			WallMS: float64(time.Since(rec.begun).Milliseconds()),
		})
	}
	line := fmt.Sprintf("%s recorded in %s", wording.Count(sum.Recorded, "request"), rec.path)
	if sum.LeftOut > 0 {
		line += fmt.Sprintf(", %d left out by --sample", sum.LeftOut)
	}
	fmt.Fprintf(s.err, "evalrun: %s\n", line)
	for _, why := range slices.Sorted(maps.Keys(sum.Lost)) {
		fmt.Fprintf(s.err, "evalrun: %s not recorded: %s\n", wording.Count(sum.Lost[why], "request"), why)
	}
	if err := rec.writer.Close(); err != nil && len(sum.Lost) == 0 {
		fmt.Fprintf(s.err, "evalrun: %v\n", err)
	}
	if sum.Recorded+sum.LeftOut == 0 && len(sum.Lost) == 0 {
		fmt.Fprintln(s.err, "evalrun: no request for a message came; does the application read ANTHROPIC_BASE_URL?")
	}
}

// answerCost is what an answer cost in US dollars, nil where that is not known.
func answerCost(model string, a *messages.Answer) *float64 {
	use := prices.Use{Model: a.Model, Asked: model, Usage: a.Usage.Raw, When: time.Now()}
	if use.Model == "" {
		use.Model = model
	}
	if a.StopReason != nil {
		use.StopReason = *a.StopReason
	}
	usd, err := prices.Default().Cost(use)
	if err != nil {
		return nil
	}
	return &usd
}
