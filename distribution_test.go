package evalrun_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// readYAML reads a file of the repository.
func readYAML(t *testing.T, name string, into any) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return string(text)
}

// install.sh, mise and aqua put the names of archives together by themselves.
func TestReleaseNames(t *testing.T) {
	var config struct {
		Builds []struct {
			Goos, Goarch []string
			Env, Flags   []string
		}
		Archives []struct {
			Name      string `yaml:"name_template"`
			Formats   []string
			Overrides []struct {
				Goos    string
				Formats []string
			} `yaml:"format_overrides"`
		}
		Checksum struct {
			Name string `yaml:"name_template"`
		}
	}
	readYAML(t, ".goreleaser.yaml", &config)
	build, archive := config.Builds[0], config.Archives[0]
	if got := strings.Join(append(build.Goos, build.Goarch...), " "); got != "linux darwin windows amd64 arm64" {
		t.Errorf("releases are built for %s", got)
	}
	if !slices.Contains(build.Env, "CGO_ENABLED=0") || !slices.Contains(build.Flags, "-trimpath") {
		t.Errorf("a binary is built with %q %q: not static, or with the builder's paths", build.Env, build.Flags)
	}
	if archive.Name != "{{ .ProjectName }}_{{ .Version }}_{{ .Os }}_{{ .Arch }}" || strings.Join(archive.Formats, " ") != "tar.gz" ||
		len(archive.Overrides) != 1 || archive.Overrides[0].Goos != "windows" || strings.Join(archive.Overrides[0].Formats, " ") != "zip" {
		t.Errorf("archives are named %+v", archive)
	}
	if config.Checksum.Name != "checksums.txt" {
		t.Errorf("checksums are in %s", config.Checksum.Name)
	}
}

// pre-commit runs the command that a hook names, with its arguments.
func TestHooksNameCommands(t *testing.T) {
	var hooks []struct {
		ID, Entry, Language string
		Args                []string
		PassFilenames       bool `yaml:"pass_filenames"`
	}
	readYAML(t, ".pre-commit-hooks.yaml", &hooks)
	for _, h := range hooks {
		if h.Entry != "evalrun check" || strings.Join(h.Args, " ") != "suites" || h.PassFilenames {
			t.Errorf("the hook %s runs %s %q", h.ID, h.Entry, h.Args)
		}
	}
	if len(hooks) != 2 || hooks[0].Language != "golang" || hooks[1].Language != "system" {
		t.Errorf("the hooks are %+v", hooks)
	}
}
