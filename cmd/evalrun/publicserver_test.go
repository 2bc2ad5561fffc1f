package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// publicServer is the MCP server for files that its authors publish on npm, as .ci/run
// installs it.
var publicServer = filepath.Join("..", "..", ".ci", "mcp", "node_modules", "@modelcontextprotocol", "server-filesystem", "dist", "index.js")

// condition is `[public-server]` of scripts: whether it is installed.
func condition(name string) (bool, error) {
	if name != "public-server" {
		return false, fmt.Errorf("there is no condition %q", name)
	}
	_, noNode := exec.LookPath("node")
	_, noServer := os.Stat(publicServer)
	return noNode == nil && noServer == nil, nil
}
