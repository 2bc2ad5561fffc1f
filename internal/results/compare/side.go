package compare

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/evalrun/evalrun/internal/fault"
	"github.com/evalrun/evalrun/internal/namedfile"
	"github.com/evalrun/evalrun/internal/results/summary"
	"github.com/evalrun/evalrun/record"
)

// Side is one side of a comparison: the numbers of a run, read from its record
// or from a baseline. It never changes and may be used by many goroutines
// until it is closed.
type Side struct {
	// Name is what the side is called in results, such as its file.
	Name string
	// Complete is false where the run was cut short.
	Complete bool

	header header
	queues []*summary.Queue // of its suites' variants that have one
	cases  []*caseSamples   // in the order of the record
	file   *record.File     // nil for a baseline
	// categories are those of cases, as Reading has them.
	categories map[*caseSamples][]string
}

// Reading is what of a record is read. The zero value is all.
type Reading struct {
	// Only, unless nil, has the record give the cases to compare alone.
	Only func(*record.File) error
	// Categories, unless nil, are those of a case.
	Categories func(*record.Case) []string
}

// header is what a side holds about its run as a whole.
type header struct {
	BaseURL    string         `json:"base_url"`
	APIVersion string         `json:"api_version"`
	Sources    map[string]int `json:"sources"` // answers, by who made them
	// ByOutcome says that the cases are those that did not pass in an earlier
	// run.
	ByOutcome bool `json:"by_outcome,omitempty"`
	// Started is when the run began; zero for a baseline.
	Started time.Time `json:"-"`
	// Part says that the run was to ask some of its suites' cases alone.
	Part bool `json:"-"`
	// Batched counts the answers that came in Message Batches.
	Batched int `json:"batched,omitempty"`
	// Look is that at which a run ended that ends once it is decided, and Cases how
	// many it had to ask; 0 for any other.
	Look  int `json:"-"`
	Cases int `json:"-"`
	// Tools are digests of the tools that requests took from outside, by what they
	// were taken from and their names.
	Tools map[string]map[string]string `json:"tools,omitempty"`
}

// Open reads the record or the baseline at path. Close it after use.
func Open(path string) (*Side, error) { return OpenAs(path, Reading{}) }

// OpenAs is Open for what of a record is to be read. A baseline does not say
// what a Reading is given, and is an error where there is one.
func OpenAs(path string, as Reading) (*Side, error) {
	file, err := namedfile.Open(path)
	if err != nil {
		return nil, err
	}
	side, err := open(path, file, as)
	if err != nil {
		file.Close()
		return nil, err
	}
	return side, nil
}

// open reads a side from a file, which a record keeps open and a baseline does
// not need any more.
func open(path string, file *os.File, as Reading) (*Side, error) {
	baseline, err := isBaseline(file)
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", path, err)
	}
	if baseline && (as.Only != nil || as.Categories != nil) {
		return nil, fmt.Errorf("baseline %s: it does not hold the variables and tags by which cases are chosen and broken down; name the record that it was made from", path)
	}
	if baseline {
		side, err := readBaseline(path, io.NewSectionReader(file, 0, maxBaseline))
		if err != nil {
			return nil, fmt.Errorf("baseline %s: %w", path, err)
		}
		return side, file.Close()
	}
	run, err := record.Read(path, file)
	if err != nil {
		return nil, err
	}
	if as.Only != nil {
		if err := as.Only(run); err != nil {
			return nil, fmt.Errorf("record %s: %w", path, err)
		}
	}
	return read(path, run, as.Categories)
}

// WithoutAnswer names the cases that were asked and have no answered sample.
func (s *Side) WithoutAnswer() []string {
	var names []string
	for _, u := range s.cases {
		if !u.skipped && u.answered() == 0 {
			names = append(names, u.id().String())
		}
	}
	slices.Sort(names)
	return names
}

// Close closes the record that Open opened.
func (s *Side) Close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// Read reads the numbers of a record. The texts of an answer are read again
// where a comparison shows them, so that the file must stay open meanwhile.
func Read(name string, file *record.File) (*Side, error) { return read(name, file, nil) }

func read(name string, file *record.File, categories func(*record.Case) []string) (*Side, error) {
	side := &Side{Name: name, file: file, categories: map[*caseSamples][]string{}}
	side.header = header{BaseURL: file.Run.BaseURL, APIVersion: file.Run.APIVersion, Sources: map[string]int{}, Started: file.Run.Started}
	side.header.Tools = toolDigests(file.Run.Tools)
	side.header.Part = file.Run.Choice != nil || file.Run.IsShard()
	if choice := file.Run.Choice; choice != nil {
		side.header.ByOutcome = slices.Contains(choice.By, "--failed")
	}
	if file.Run.IsUntilDecided() {
		side.header.Look, side.header.Cases = 1, file.Run.Stop.Cases
		if file.Summary != nil {
			side.header.Look = min(max(1, file.Summary.Look), Looks)
		}
	}
	side.Complete = file.Summary != nil && file.Summary.Complete
	reader := newReader(file.Run.Source, &side.header)
	for v, err := range file.Walk() {
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", name, err)
		}
		u, err := reader.unit(v)
		if err != nil {
			return nil, fmt.Errorf("record %s: %w", name, err)
		}
		side.cases = append(side.cases, u)
		if categories != nil {
			side.categories[u] = categories(&v.Case)
		}
	}
	for _, of := range reader.suiteVariants {
		if q := of.flights.Queue(); q != nil {
			side.queues = append(side.queues, q)
		}
		of.flights = nil
	}
	return side, nil
}

// isBaseline distinguishes a baseline from a record by its first bytes.
func isBaseline(file io.ReaderAt) (bool, error) {
	head := make([]byte, 256)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return baselineStart.Match(bytes.TrimSpace(head[:n])), nil
}

// OpenBoth opens two sides at once; the categories are those of new. Where either
// fails neither is open.
func OpenBoth(base, new string, as Reading) (*Side, *Side, error) {
	type opened struct {
		side *Side
		err  error
	}
	second := make(chan opened, 1)
	go func() {
		defer fault.Catch()
		side, err := OpenAs(new, as)
		second <- opened{side, err}
	}()
	old, oldErr := OpenAs(base, Reading{Only: as.Only})
	other := <-second
	if err := errors.Join(oldErr, other.err); err != nil {
		for _, side := range []*Side{old, other.side} {
			if side != nil {
				side.Close()
			}
		}
		return nil, nil, err
	}
	return old, other.side, nil
}
