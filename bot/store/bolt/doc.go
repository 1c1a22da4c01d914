// Package bolt keeps everything in one bbolt file: the default store, for one process, with nothing else to run.
//
// # Durability
//
// A method returns after its change is on the disk (fsync). Writers that arrive while a commit is under way share the next one, so the
// cost of a sync is paid once for all of them; a lone writer waits for nobody. The claims and replies of deliveries are kept the same
// way. That costs a question two syncs, well under a millisecond each on an SSD, against a budget of seconds, and buys that a delivery
// which the platform repeats after a crash gets the very same bytes, with nothing to reason about in between.
//
// # Layout
//
// Values are JSON unless said otherwise; indexes have no value or say here what it is. Times in keys are milliseconds since 1970, 8 bytes
// big-endian, so that keys sort by time; numbers are 8 bytes big-endian. A dot stands for a zero byte between the parts of a key.
//
//	bucket              key                                   value
//	meta                "schema"                              number
//	meta                "paused"                              push.Pause, while sending is paused
//	counts              "push." state, "stage." stage         number of records
//	filings             id                                    filing.Filing
//	filings_updated     time id                               stage . province . search text (store.SearchText)
//	filings_stage       stage . time id                       the same
//	filings_province    province . time id                    the same
//	history             id . number of the event              filing.Event
//	followers           id . user                             filing.Follower
//	tracked             user . id                             "1" while he follows it; "0" afterwards, until Forget
//	codes               hash                                  code: which filing, until when
//	codes_filing        id . hash                             index
//	samples             stage . platform . province . time id filing.Sample; the time is when the stay ended
//	guesses             16 bytes of SHA-256 of user           store.Guesses
//	guesses_hour        time, filing.GuessLane                number of wrong codes in that hour
//	pushes              id                                    push.Push
//	pushes_all          time id                               index; the time is CreatedAt
//	pushes_state        state . time id                       index
//	pushes_filing       filing . time id                      index
//	pushes_open         filing . id                           index of those that are pending or held
//	pushes_user         user . id                             index
//	pushes_due          time seq step id                      index of those that are pending or leased (time: store.DueAt)
//	pushes_held         user . time id                        index of those that wait for the person (push.Push.Waits)
//	pushes_ended        time id                               index of those in a final state; the time is UpdatedAt
//	pushes_message      platform's message id . id            index of those that were sent under one
//	fates               platform's message id                 what the platform said of a message that nobody knew yet, and when
//	lanes               filing . user                         id of the push that was leased last and is not finished
//	users               user                                  what is known of him as a recipient
//	users_left          time user                             index of those who left
//	deliveries          16 bytes of SHA-256 of user and key   the claim or the reply
//	memories            user                                  the memory and until when it is kept
//	expiries            time kind key                         index of what to remove then; kinds: d delivery, m memory, g guesses, f fate
//	questions           kind . text                           chat.Question
//	questions_last      kind . time text                      index
//	tallies             day . name                            number
//	tokens              key                                   the token and when it expires
//	desk                kind . key                            a record of the desk as it is: user, session, key, kb, menu, questions
//	desk_editions       kind                                  how often a record of that kind was changed
//	desk_logs           log . number                          a line of a log as it is
//	desk_lines          log                                   number of its newest line
//
// The buckets of the desk are made with its first record.
package bolt
