// Which message a worker died with: the scripts that claim from a Redis list and remember it.
//
// KEY:receipts says who holds a claim, of how many messages, and how often somebody died with the
// first of them. A claim writes it and a release takes it away, in the same script as the messages;
// what is found there later was left by one that died. Then messages are claimed one by one until
// the place is past, and only deaths with one that was claimed alone count.
//
//   holder, open   who claimed last, and whether that has not ended
//   alone          1: of one message
//   left           how many messages there are until the place is past
//   deaths, mark   how often its holder died with the message of this mark
//
// A Redis that is full lets a script write once it has deleted something, so that counting works
// there too; one that takes no writes at all is read without being counted.
#pragma once

#include <string>
#include <string_view>

#include "queue/redis/client.h"

namespace penstock::queue {

// A message's length, head and tail, which hold a native batch's checksum and first id, or a job's
// jid and times: sent back in place of the message, to find it again.
std::string mark_of(std::string_view message);

// All have KEYS: the list, the receipts; where it says so the list alone.

// ARGV: messages at most, bytes at most, holder. {receipts of the first, 1 where it is claimed
// alone for that, the messages}.
const RedisScript& claim_script();

// KEYS: the list. ARGV: how many of the oldest are left out, messages at most, bytes at most. The
// messages, bounded as a claim's. Writes nothing.
const RedisScript& read_ahead_script();

// What was read before is claimed, as claim_script() would have: ARGV: holder, count, marks of the
// first and the last. 1: it is, with one receipt and not alone; 0: it is not, since the tail is
// another's or somebody died with a claim, and claim_script() has to look.
const RedisScript& claim_read_script();

// ARGV: holder, count, marks of the first and the last. 1: trimmed; 0: the tail is another's.
const RedisScript& release_script();

// ARGV: holder, the marks of all. How many were still there.
const RedisScript& remove_script();

// ARGV: holder. The claim ends and is none of its receipts.
const RedisScript& give_up_script();

}  // namespace penstock::queue
