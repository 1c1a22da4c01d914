package api

import (
	"net/http"
	"strings"
)

// reload has this replica read its configuration, knowledge and calendar anew. Where anything is broken, nothing changes.
func (s *server) reload(w http.ResponseWriter, r *http.Request) error {
	if s.Reload == nil {
		return &problem{http.StatusNotImplemented, "no_server", "no server runs here: there is nothing to reload"}
	}
	changed, restart, err := s.Reload(r.Context())
	if err != nil {
		return &problem{http.StatusUnprocessableEntity, "reload_refused", "nothing has changed: " + err.Error()}
	}
	s.did(r, "reload", "", strings.Join(changed, " "))
	write(w, http.StatusOK, map[string]any{"changed": listed(changed), "restart": listed(restart)})
	return nil
}

// listed is a list that is never null.
func listed(in []string) []string { return append([]string{}, in...) }
