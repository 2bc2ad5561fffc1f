package compare

import (
	"runtime"
	"sync"

	"github.com/evalrun/evalrun/internal/fault"
)

// inParallel calls do for 0 to n-1 on all processors.
func inParallel(n int, do func(i int)) {
	var group sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for first := range workers {
		group.Go(func() {
			defer fault.Catch()
			for i := first; i < n; i += workers {
				do(i)
			}
		})
	}
	group.Wait()
}
