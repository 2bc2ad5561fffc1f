// Package endpoint finds whom requests go to: the API or a platform, with its
// credentials, by options and the environment.
//
// It refuses to repeat a credential in an error.
package endpoint
