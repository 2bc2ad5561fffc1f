package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/evalrun/evalrun/record"
)

const (
	// workingMemory is about what a run or a report holds beside a record.
	workingMemory = 24 << 20
	// spareMemory is how much is used up before the collector looks for what
	// nobody needs. Half as much makes a replay a tenth slower, and reading a
	// file of many expressions a third.
	spareMemory = 48 << 20
	// spareSending is spareMemory of a run that sends requests: the collector
	// looks through the stacks of all that are under way each time. Half as much
	// takes a tenth more CPU time.
	spareSending = 96 << 20
	// indexShare is about what part of a record its index is.
	indexShare = 1. / 16
)

// openForReport opens the record at path for a report, and has the garbage
// collector take its index for what it is: memory that costs nothing to look
// through. The collector would wait until as much again was used as is held;
// beside an index, which has no pointers, it comes as often as without one. A
// report of a million cases then takes a third less memory, and no more time.
func openForReport(path string) (*record.File, error) {
	return openAndCollect(path, func() (*record.File, error) { return record.Open(path) })
}

// openDamagedForReport is openForReport of a record some of whose lines cannot be
// read.
func openDamagedForReport(path string) (*record.File, error) {
	return openAndCollect(path, func() (*record.File, error) { return record.OpenDamaged(path) })
}

// openAndCollect is openForReport with another way to open the record.
func openAndCollect(path string, open func() (*record.File, error)) (*record.File, error) {
	collectBeforeOpening(path)
	file, err := open()
	if err == nil {
		file.ForgetIDs() // a report goes by the cases' positions
		collectBeside(file)
	}
	return file, err
}

// openForAnswers is openForReport of a record that answers are looked up in.
func openForAnswers(path string) (*record.File, error) {
	collectBeforeOpening(path)
	file, err := record.Open(path)
	if err == nil {
		collectBeside(file)
	}
	return file, err
}

// collectBeforeOpening sets the collector's percentage before a record is open, by
// how large its index will be.
func collectBeforeOpening(path string) {
	if info, err := os.Stat(path); err == nil { // opening it reports what is wrong
		debug.SetGCPercent(collectAt(int64(indexShare * float64(info.Size()))))
	}
}

// collectBeforeComparing sets the collector's percentage before records or
// baselines are compared, and as long as what was found is held. Most of what is
// read of them is kept, so that the percentage is by the size of the files.
func collectBeforeComparing(paths ...string) {
	var size int64
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil { // opening it reports what is wrong
			size += info.Size()
		}
	}
	comparedBytes.Store(size)
	debug.SetGCPercent(collectAt(0))
}

// comparedBytes is how large the files are of which a comparison is held.
var comparedBytes atomic.Int64

// collectBeside sets the collector's percentage beside a record that is open; nil
// is none.
func collectBeside(file *record.File) {
	var index int64
	if file != nil {
		index = file.Held()
	}
	debug.SetGCPercent(collectAt(index))
}

// collectAt is the collector's percentage beside an index of so many bytes, and a
// comparison where one is held.
func collectAt(index int64) int {
	return max(25, int(100*spareMemory/(workingMemory+index+comparedBytes.Load())))
}

// sends has the collector come as a run needs it that sends requests, beside a
// plan of so many bytes.
func sends(plan int) {
	debug.SetGCPercent(max(25, 100*spareSending/(workingMemory+plan)))
}

// releaseOnce closes, once it is called, the records that answered a run. The
// memory of their indexes is free then before that of another one is taken:
// else the collector would wait for as much again.
func releaseOnce(f *recordFlags, closes ...func() error) func() {
	return sync.OnceFunc(func() {
		if !f.answered() {
			return
		}
		for _, c := range closes {
			_ = c() // nothing was written to them
		}
		runtime.GC()
	})
}
