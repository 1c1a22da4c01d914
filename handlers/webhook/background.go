package webhook

import "sync"

// later runs job behind the request.
func (e *Endpoint) later(job func()) { e.background.run(job) }

// background is what runs behind requests. Whoever waits for it may do so while requests that took too long to be waited for still come to
// their end: what they begin is run, and waited for no more.
type background struct {
	mu      sync.RWMutex
	waiting bool
	jobs    sync.WaitGroup
}

func (b *background) run(job func()) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.waiting {
		go job()
		return
	}
	b.jobs.Go(job)
}

func (b *background) wait() {
	b.mu.Lock()
	b.waiting = true
	b.mu.Unlock()
	b.jobs.Wait()
}
