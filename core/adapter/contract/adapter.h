// From a request to records: what all adapters share. protocol.h says what each one is.
//
// An adapter checks and completes events (id, times, name) and gives each to the sink at once,
// while the views into the request are still good. It never sees a socket or a queue. All events of
// a request are taken or none: after a refusal the caller rolls the sink back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/contract/loose_members.h"
#include "adapter/contract/pairs.h"
#include "base/random.h"
#include "base/scratch.h"
#include "event/draft.h"
#include "event/id.h"
#include "event/record.h"
#include "json/reader.h"

namespace penstock::adapter {

// Rules of errors' fingerprints, by their numbers (errors/README.md). The first are those of every
// project of which the configuration says nothing, for ever: nobody's errors fall into other groups
// by an upgrade.
inline constexpr int kFingerprintRulesFirst = 1;
inline constexpr int kFingerprintRulesLast = 2;

// Of all records of one request together. A body of many small events is multiplied by what the
// connection adds to each, its user agent above all.
inline constexpr std::size_t kRequestRecordBytesMax = 32 << 20;

// A part of a body that is read in pieces (large_body.h), as a request of its own.
struct Piece {
  // Tells it from all pieces but the same one of the same body, sent again; "" of no piece. An
  // event that says no id has one of this and its place: what is sent again is stored once.
  std::string_view id = {};
  std::uint64_t frames_before = 0;  // In the body, where it is cut by frames.
};

// What is known about a request besides its body. Views live for the call.
struct Origin {
  std::string_view project;     // The key's, or "default".
  std::string_view ip;          // The client's, through trusted proxies. "" of what is relayed, as
  std::string_view user_agent;  // the request's header,
  std::string_view referrer;    // and its Referer header are.
  bool is_server_side = false;  // The key's events say ip, user_agent and time themselves.
  int fingerprint_rules = kFingerprintRulesFirst;  // The project's.
  std::int64_t received_at_ms = 0;
  Piece piece;
  std::size_t record_bytes_max = kRequestRecordBytesMax;
  std::string_view console_url = {};  // Where people reach the console; "" where nobody said.
};

class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // Copies what it keeps. False: the record is over ingest.max_event_bytes.
  virtual bool add(const event::Record& record) = 0;
};

struct Rejected {
  std::uint32_t index;  // Of the event within the request, from 0.
  std::string error;    // Says which rule it breaks, and how.
};

// What to answer. status 202/204/200: `accepted` events went to the sink. So they did with a 4xx
// that has both some of them and an own_answer: it tells what was left out.
struct ReadOutcome {
  std::uint16_t status = 202;
  std::uint32_t accepted = 0;
  std::string_view error;          // A constant, "invalid_json"; empty unless a 4xx.
  std::string detail;              // A sentence that says what and where.
  std::vector<Rejected> rejected;  // Events that were left out of an accepted request.
  // More of them, that no answer lists; of a refused request all.
  std::uint64_t rejected_unlisted = 0;
  // Where what is answered depends on more than their number: header lines, an empty line and the
  // body, sent in place of Protocol::success(), or of Protocol::refusal() with a 4xx.
  std::string own_answer;
  std::int64_t retry_after_s = 1;  // Told with 429 and 503.
};

// Buffers and state that adapters share within one reactor.
struct Workspace {
  explicit Workspace(Random random) : ids(random) {}

  json::Reader reader;
  json::Reader text_reader;  // Of a text inside a document, while `reader` is in that.
  event::IdMaker ids;
  event::Draft draft;
  event::Draft common_draft;  // Of what a request says of all its items.
  std::string text;           // A body or a part of it, once its own encodings are undone.
  std::string user_agent;
  std::string client_ip;
  LooseMembers members;
  Pairs pairs;

  // Between requests. Gives back what its buffers hold beyond `keep_bytes` each; returns how much.
  std::size_t shrink(std::size_t keep_bytes) {
    return reader.shrink(keep_bytes) + text_reader.shrink(keep_bytes) + draft.shrink(keep_bytes) +
           common_draft.shrink(keep_bytes) + shrink_scratch(text, keep_bytes) +
           members.shrink(keep_bytes);
  }
};

// More rejected events than this in one partial request, and it is refused whole: its answer would
// be larger than what it says.
inline constexpr std::size_t kRejectedMax = 1000;

}  // namespace penstock::adapter
