package capture

import (
	"fmt"
	"os"
	"sync"
	"time"
)

var zz struct {
	sync.Mutex
	lines []string
}

func probe(what string, d time.Duration, at time.Time) {
	zz.Lock()
	defer zz.Unlock()
	zz.lines = append(zz.lines, fmt.Sprintf("%s %.2f %.2f", what, float64(d.Microseconds())/1000, float64(at.UnixMicro()%1e8)/1000))
	if len(zz.lines)%500 == 0 {
		f, _ := os.Create("/tmp/capture/probe.txt")
		for _, l := range zz.lines {
			fmt.Fprintln(f, l)
		}
		f.Close()
	}
}
