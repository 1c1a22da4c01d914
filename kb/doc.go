// Package kb is what the bot knows and how it understands.
//
// The knowledge is a folder of YAML files, one a group of topics, embedded
// from kb/content and optionally overlaid by a folder of the operator's. Load
// turns it into a Snapshot: entries, an in-memory bleve index for candidates
// and counting models that rank them. A Knowledge holds the snapshot in force
// and swaps it as a whole when the content changes.
//
// Understanding runs in one direction: normalise, find entities, retrieve
// candidates, rank, calibrate, decide. Every step is deterministic: the same
// content and the same question give the same Result.
package kb
