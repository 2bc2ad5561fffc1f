package endpoint

import (
	"encoding/base64"
	"net/url"
	"os"
)

// Credentials are those that evalrun is given: of the API, of platforms and of
// proxies by the environment, and what the headers of --header hold.
func Credentials(headers []string) []string {
	all := headerSecrets(headers)
	for _, name := range append([]string{"ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"}, platformKeys...) {
		all = append(all, os.Getenv(name))
	}
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		if proxy, err := url.Parse(os.Getenv(name)); err == nil && proxy.User != nil {
			password, _ := proxy.User.Password()
			// A proxy is sent the base64 of both, and may repeat that.
			sent := base64.StdEncoding.EncodeToString([]byte(proxy.User.Username() + ":" + password))
			all = append(all, password, sent)
		}
	}
	return all
}
