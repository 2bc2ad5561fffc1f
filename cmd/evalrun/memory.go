package main

import (
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/evalrun/evalrun/record"
)

// workingMemory is about what a run or a report holds beside a record.
const workingMemory = 24 << 20

// heldRecord opens the record at path, and has the garbage collector take its
// index for what it is: memory that costs nothing to look through. The
// collector waits until as much again was used as is held; of an index, which
// has no pointers, a quarter of that is enough. A report of a million cases
// then takes a third less memory, and no more time.
func heldRecord(path string) (*record.File, error) {
	opening()
	file, err := record.Open(path)
	if err == nil {
		file.ForgetIDs() // nobody here finds a case by its own
		holds(file)
	}
	return file, err
}

// opening is what heldRecord does before a record is open, whose index may
// become large.
func opening() { debug.SetGCPercent(collectAt(8 * workingMemory)) }

// holds is what heldRecord does with a record that is open; nil is none.
func holds(file *record.File) {
	var index int64
	if file != nil {
		index = file.Held()
	}
	debug.SetGCPercent(collectAt(index))
}

// collectAt is the collector's percentage beside an index of so many bytes.
func collectAt(index int64) int {
	return int(100 * (workingMemory + index/4) / (workingMemory + index))
}

// lettingGo closes, once it is called, the records that answered a run. The
// memory of their indexes is free then before that of another one is taken:
// else the collector would wait for as much again.
func lettingGo(f *recordFlags, closes ...func() error) func() {
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
