// Package redis keeps everything in a Redis server, for production and for more than one replica: a single server, one behind Sentinel, or
// a Cluster. It needs Redis 6.2 or later and uses nothing newer than 7.0.
//
// # How a change is made
//
// What hangs on a filing is read in one round trip (load.lua), what is to change is decided in Go by the rules of package store, and it is
// written in one script (commit.lua) that first checks that nothing it rests on has changed since. Where something has, it starts again.
// A change and the pushes that follow from it are therefore one transaction. The claim of a delivery is a script of its own (claim.lua),
// one round trip. Every other script is named for what it does and says in its header what it takes and returns.
//
// # Keys
//
// Every key begins with a prefix, "beianbot:" unless another is set. What stands in braces is the hash tag by which a Cluster spreads keys:
//
//	{fNN}   the shard of a filing, 00 to 63: the first byte of the SHA-256 of its id, modulo 64. Everything of a filing and its pushes
//	        carries it, so that a change of a filing is one script.
//	{uHASH} a person: the first 12 bytes of the SHA-256 of his id, in hex. So no key names a person; values do, where he has to be written to.
//
// Times are milliseconds since 1970. A "time id" member is the time in 12 hexadecimal digits with the id behind it, in a sorted set whose
// scores are all 0, so that it sorts by time and then by id. JSON values are the types of the packages filing and push.
//
//	{fNN}:filing:ID              HASH   rev: changes with every change of the filing, its followers or codes; json: filing.Filing
//	{fNN}:history:ID             LIST   filing.Event, oldest first
//	{fNN}:followers:ID           HASH   hash of the person -> filing.Follower
//	{fNN}:codes:ID               HASH   hash of the code -> when it expires
//	{fNN}:open:ID                SET    ids of its pushes that are pending or held
//	{fNN}:pushes:ID              ZSET   time id of its pushes, by CreatedAt
//	{fNN}:filings                ZSET   time id of all filings, by UpdatedAt
//	{fNN}:filings:stage:STAGE    ZSET   the same of those in a stage
//	{fNN}:filings:province:NAME  ZSET   the same of those in a province
//	{fNN}:texts                  HASH   id -> stage NUL province NUL what it is found by (store.SearchText)
//	{fNN}:push                   HASH   id -> push.Push
//	{fNN}:pushes                 ZSET   time id of all pushes, by CreatedAt
//	{fNN}:pushes:state:STATE     ZSET   the same of those in a state. (A filing's id has no colon.)
//	{fNN}:due                    ZSET   pushes that are pending or leased (score: store.DueAt); the member is number of the event in
//	                                    12 hex digits, step in 4, id, colon, lane
//	{fNN}:lanes                  HASH   lane -> id of the leased push, space, until when. A lane is one person and one filing, hashed
//	{fNN}:ended                  ZSET   ids of pushes in a final state, by UpdatedAt
//	{fNN}:samples:STAGE          SET    platform NUL province of which there are samples
//	{fNN}:samples:STAGE:P:PROV   ZSET   filing.Sample, by when the stay ended
//
//	{uHASH}:user                 HASH   moved, left, until, room, quiet, credit:TEMPLATE: what is known of him as a recipient
//	{uHASH}:memory               HASH   ends, data: the memory of the conversation
//	{uHASH}:d:HASH               HASH   ends, reply, told (a line for each notice that the reply tells): a delivery, by the hash of its key
//	{uHASH}:held                 HASH   filing, space, id of a push that waits for his next message (push.Push.Waits) -> since when
//	{uHASH}:tracked              HASH   filing -> mark
//	{uHASH}:ever                 SET    every filing he has ever followed, until he is forgotten
//	{uHASH}:guesses              HASH   json: store.Guesses. It names nobody, and his wrong codes outlive Forget for a day
//
//	code:HASH                    STRING the filing that a code is for; it counts only where {fNN}:codes:ID has it too
//	guesses:LANE:HOUR            STRING number of wrong codes in an hour that count against a bound (filing.GuessLane)
//	left                         ZSET   people who left, by when; it counts only where {uHASH}:user says so too
//	{questions}:KIND:count|last|first|topic                    ZSET ZSET ZSET HASH, by text
//	{tallies}:DAY                HASH   name -> count;  {tallies}:days  ZSET of the days, by yyyymmdd
//	message:ID                   HASH   push: filing, space, id of the push sent as the platform's message ID; fate: what the platform
//	                                    said of it later. Kept for three days
//	paused                       STRING push.Pause, while sending is paused
//	token:KEY                    HASH   value, expires
//	{desk}:of:KIND               HASH   key -> a record of the desk as it is: user, session, key, kb, menu, questions
//	{desk}:editions              HASH   kind -> how often a record of it was changed
//	{desk}:log:NAME              ZSET   number of the line in 12 hex digits, the line as it is; scored by the number
//	{desk}:lines                 HASH   name of a log -> number of its newest line
//	schema                       STRING the version of this layout
//
// # Between the tags
//
// A Cluster has no transaction over two tags, and a crash may come between any two steps. So each step can be done again, and the order is
// such that what is left behind says too much, never too little; whoever reads looks up what counts and removes the rest:
//
//   - Following: the place in the person's list is reserved first, then the follower is written to the filing, then the place is confirmed.
//     Tracked shows only what the filing confirms and removes a reservation that is a minute old.
//   - Unfollowing: the place is marked, then the follower is removed, then the place is given up unless somebody has taken it anew.
//   - Keeping a push: it is noted with the person first, then it comes to wait. Waiting asks each push whether it does, and forgets notes of
//     pushes that ended, never of one that may yet come to wait. A sent push of which the platform says later that it did not arrive looks
//     ended until then, so it is noted once more after.
//   - Telling with a reply: each push is taken for the reply to a delivery, the reply is settled with the names of those it tells and
//     written, and then each is made sent. Where that breaks off, the lease of the reply ends and the push is as it was.
//   - Codes, and people who left: the index comes first and counts only where the record agrees.
//   - Forgetting: what the filings know goes first, the person's own list last, so that what was interrupted can be done again.
//
// # When Redis does not answer
//
// Every failure to reach it is errs.ErrUnavailable. Connecting takes at most 500 ms, an answer at most 800 ms, and nothing is tried again
// behind the caller's back, because what got no answer may have been done. So a dead Redis costs a question under a second, and
// one that refuses connections costs nothing. After some failures the client stops trying for everybody and looks once a second whether
// Redis is back. redis_url can set other times.
package redis
