package main

import (
	"cmp"
	"io"

	"github.com/spf13/pflag"

	"github.com/evalrun/evalrun/internal/diagnostic"
	"github.com/evalrun/evalrun/internal/results/compare"
	"github.com/evalrun/evalrun/internal/results/prove"
	"github.com/evalrun/evalrun/internal/results/verdict"
	"github.com/evalrun/evalrun/reporters/comparereport"
)

// compareSettings compares the records of several settings with that of their base.
func compareSettings(s streams, args []string, named *comparedNames, flags *compareFlags, fails *verdictFlags, given *pflag.FlagSet, outputs []output, wide bool) error {
	if err := refuseForSettings(given); err != nil {
		return err
	}
	collectBeforeComparing(args[0], args[1])
	as := compare.Reading{Only: named.where.only(s.err)}
	var sides []*compare.Side
	defer func() { closeSides(sides) }()
	for _, path := range args {
		side, err := compare.OpenAs(path, as)
		if err != nil {
			return recordError("", err)
		}
		side.Name = settingName(side)
		sides = append(sides, side)
		if err := refuseUndecided("compare", side); err != nil {
			return err
		}
	}
	if err := distinctNames(sides[1:]); err != nil {
		return err
	}
	p, err := prove.Settings(sides[0], sides[1:], flags.options())
	if err != nil {
		return usage(err.Error(), "")
	}
	s.wide = wide
	v := verdict.OfProof(p, fails.options())
	v.Filter = named.where.source
	return reportProof(s, comparereport.Proof{Proof: p, Verdict: v}, outputs)
}

// refuseForSettings refuses flags that are of one comparison.
func refuseForSettings(given *pflag.FlagSet) error {
	var all diagnostic.List
	for _, flag := range []string{"by", "base", "require", "max-newly-failing", "fail-on"} {
		if given.Changed(flag) {
			all.Add(diagnostic.Diagnostic{Message: "--" + flag + " is of one comparison, and several settings are compared with the base", Hint: "`evalrun compare BASE NEW` compares two records"})
		}
	}
	return all.Err()
}

// settingName is what the record of a proof calls its requests, else its file.
func settingName(side *compare.Side) string {
	if file := side.Record(); file != nil && file.Run.Side != nil && file.Run.Side.Commit == "" {
		return cmp.Or(file.Run.Side.Ref, side.Name)
	}
	return side.Name
}

// distinctNames refuses settings of one name: a recommendation could mean either.
func distinctNames(sides []*compare.Side) error {
	seen := map[string]bool{}
	for _, side := range sides {
		if seen[side.Name] {
			return usage("two settings are called "+side.Name, "name each record once")
		}
		seen[side.Name] = true
	}
	return nil
}

// proofFormats are the reports of a proof by name.
var proofFormats = map[string]func(w io.Writer, s streams, of comparereport.Proof) error{
	"github": func(w io.Writer, s streams, of comparereport.Proof) error {
		return s.writeWorkflow(w,
			func(w io.Writer) error { return comparereport.ProofGitHub(w, of) },
			func(w io.Writer) error { return comparereport.ProofMarkdown(w, of) })
	},
	"html":     func(w io.Writer, _ streams, of comparereport.Proof) error { return comparereport.ProofHTML(w, of) },
	"json":     func(w io.Writer, _ streams, of comparereport.Proof) error { return comparereport.ProofJSON(w, of) },
	"markdown": func(w io.Writer, _ streams, of comparereport.Proof) error { return comparereport.ProofMarkdown(w, of) },
	"table": func(w io.Writer, s streams, of comparereport.Proof) error {
		return comparereport.ProofTable(w, of, s.table(w))
	},
}

// reportProof writes the reports and gives the exit code.
func reportProof(s streams, of comparereport.Proof, outputs []output) error {
	err := deliverAll(s, outputs, func(o output, w io.Writer) error { return proofFormats[o.format](w, s, of) })
	return worst(decided(of.Verdict, outputs), err)
}
