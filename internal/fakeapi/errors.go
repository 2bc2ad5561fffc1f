package fakeapi

import (
	"fmt"
	"net/http"
)

// apiError is a refusal: what the API would answer instead of a message.
type apiError struct {
	status  int
	message string
	// code is error.details.error_code, "" where the API sends no details.
	code string
}

func (e *apiError) Error() string { return e.message }

// refuse makes the refusal with the error type that the API uses for status.
func refuse(status int, format string, args ...any) *apiError {
	return &apiError{status: status, message: fmt.Sprintf(format, args...)}
}

// invalid is the most common refusal: a 400 about the whole request.
func invalid(format string, args ...any) *apiError {
	return refuse(http.StatusBadRequest, format, args...)
}

// errorTypes are the API's error types by status.
var errorTypes = map[int]string{
	http.StatusBadRequest:            "invalid_request_error",
	http.StatusUnauthorized:          "authentication_error",
	http.StatusPaymentRequired:       "billing_error",
	http.StatusForbidden:             "permission_error",
	http.StatusNotFound:              "not_found_error",
	http.StatusMethodNotAllowed:      "invalid_request_error",
	http.StatusRequestEntityTooLarge: "request_too_large",
	http.StatusTooManyRequests:       "rate_limit_error",
	http.StatusInternalServerError:   "api_error",
	http.StatusGatewayTimeout:        "timeout_error",
	statusOverloaded:                 "overloaded_error",
}

// statusOverloaded is the API's own status for "overloaded".
const statusOverloaded = 529

// errorType is the API's error type for a status.
func errorType(status int) string {
	if t, ok := errorTypes[status]; ok {
		return t
	}
	if status >= 500 {
		return "api_error"
	}
	return "invalid_request_error"
}

// errorBody is an error as the API writes it.
type errorBody struct {
	Type      string      `json:"type"`
	Error     errorDetail `json:"error"`
	RequestID string      `json:"request_id"`
}

type errorDetail struct {
	Type    string            `json:"type"`
	Message string            `json:"message"`
	Details map[string]string `json:"details,omitempty"`
}

// body is the error's JSON body.
func (e *apiError) body(requestID string) errorBody {
	detail := errorDetail{Type: errorType(e.status), Message: e.message}
	if e.code != "" {
		detail.Details = map[string]string{"error_code": e.code}
	}
	return errorBody{Type: "error", Error: detail, RequestID: requestID}
}
