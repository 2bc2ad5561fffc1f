package main

import (
	"fmt"

	"github.com/evalrun/evalrun/internal/cost/prices"
	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/namedfile"
)

// table are the prices that --prices names, where --platform asks, with what
// --assume-free assumes.
// Like loadPrices it gives a table with an error too.
func (f *suiteFlags) table() (*prices.Table, error) {
	table, err := loadPrices(f.prices)
	var wrong diagnostic.List
	for _, name := range f.free {
		switch {
		case name == "":
			wrong.Add(diagnostic.Diagnostic{Message: "--assume-free is empty, expected the name of a member of the request"})
		case prices.IsCounted(name):
			wrong.Add(diagnostic.Diagnostic{Message: fmt.Sprintf("--assume-free %s: its cost is counted, and cannot be assumed to be nothing", name)})
		}
	}
	return table.On(f.target.Served()).Assuming(f.free...), diagnostic.Join(err, wrong.Err(), f.target.CheckPlatform())
}

// loadPrices reads the file that --prices names; without one, prices are the
// built-in ones. With an error the table is the built-in one too, so that
// what else is wrong can be said.
func loadPrices(path string) (*prices.Table, error) {
	if path == "" {
		return prices.Default(), nil
	}
	file, err := namedfile.Open(path)
	if err != nil {
		return prices.Default(), usage(fmt.Sprintf("--prices: %v", fileError(err)), linkHint(err, ""))
	}
	defer file.Close()
	table, err := prices.Load(path, file)
	if err != nil {
		return prices.Default(), err
	}
	return table, nil
}
