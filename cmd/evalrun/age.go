package main

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// age is a flag's duration that may be given in days, such as 14d. The zero
// value was not given.
type age time.Duration

const day = 24 * time.Hour

var errAge = errors.New("not a time above 0, such as 14d or 12h")

// Set reads a number of days, or what time.ParseDuration reads.
func (a *age) Set(text string) error {
	d, err := time.ParseDuration(text)
	if days, isDays := strings.CutSuffix(text, "d"); isDays {
		var n int
		n, err = strconv.Atoi(days)
		const most = int(1<<63-1) / int(day)
		if n > most {
			return errAge
		}
		d = time.Duration(n) * day
	}
	if err != nil || d <= 0 {
		return errAge
	}
	*a = age(d)
	return nil
}

// String writes whole days as such.
func (a *age) String() string {
	switch d := time.Duration(*a); {
	case d == 0:
		return ""
	case d%day == 0:
		return strconv.Itoa(int(d/day)) + "d"
	default:
		return d.String()
	}
}

// Type names the flag's value in help.
func (*age) Type() string { return "age" }
