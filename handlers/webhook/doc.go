// Package webhook takes the platform's calls: it opens and parses them, makes sure that a message delivered several times is handled once
// and answered with the same bytes, and answers in time whatever is slow or broken behind it.
//
// # One message, one reply
//
// Every delivery of a message joins the message's flight, of which there is one in a process. The delivery that opened the flight claims
// the message in the store; so there is one flight at work among all replicas:
//
//	claim: first  → the handler runs
//	claim: done   → the stored reply is the reply
//	claim: busy   → another replica is at work: ask again, a little later each time; should its lease end, the claim becomes first
//	claim: error  → the store is down or too slow: the handler runs all the same, without memory. Until the store is back, a message is
//	                handled once a replica instead of once
//
// A flight is decided once, by whichever comes first, and every delivery gets what was decided:
//
//   - the handler returns: its reply, or ErrorReply where it failed or panicked
//   - a delivery runs out of time while its connection still stands: BusyReply. The handler's result, should it still come, is dropped
//     together with its memory, because the person was told something else. Handlers whose work has effects must bear a repetition of
//     it anyway: a crash can always fall between an effect and its record
//
// A delivery whose connection is gone decides nothing: nothing was said, so the handler may finish and the platform's next attempt gets
// the real reply.
//
// # Settled, then written
//
// What was decided is settled in the store before it is written to anybody. A crash between the two costs nothing, since the platform asks
// again and gets the settled bytes. The other order would save one round trip, but a crash in between could answer one message twice
// and differently, and would lose the memory that the person's next message refers to. A slow store delays the reply by a twentieth of
// the budget at most; then it is written, and settling goes on behind it. A crash after that, before the lease ends, with the written
// reply lost on the way as well, is the one case in which a message is handled twice.
//
// # Notices that a reply tells
//
// A reply may tell notices that waited for the person (chat.Reply.Told). They count as told when its bytes were written to a delivery, and
// not before: a reply that is settled and never written, because the process died and the platform did not ask again, because it hung up, or
// because time ran out and the polite word went out instead, has told nothing, and they wait on. What a settled reply tells is kept with it,
// so that whichever replica writes it records that.
package webhook
