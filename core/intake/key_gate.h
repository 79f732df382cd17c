// The gate before a reactor's events: the keys that there are, those that a request names, and what
// is answered and counted where they do not do. Which key decides is the admission's business.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "adapter/contract/protocol.h"
#include "base/clock.h"
#include "http/message.h"
#include "intake/admission.h"
#include "intake/intake_request.h"
#include "intake/intake_settings.h"
#include "intake/key_table.h"
#include "intake/unknown_keys.h"

namespace penstock::intake {

class KeyGate {
 public:
  // Borrows the clock, the counters and, where the options have them, the ledger and the unknown
  // keys. Knows no key until it is given some.
  KeyGate(const IntakeOptions& options, const Clock& clock, IntakeCounters& counters)
      : key_ledger_(options.key_ledger),
        reactor_(options.reactor),
        unknown_keys_(options.unknown_keys),
        clock_(clock),
        counters_(counters) {}

  void set_keys(Keys keys) { keys_ = KeyTable(std::move(keys), key_ledger_, reactor_); }
  // For admissions to look keys up in.
  KeyTable& keys() { return keys_; }

  // Those of the headers and of the query, and the one in the protocol's own place.
  void try_keys(const IntakeHeaders& headers, const http::Request& request,
                const adapter::Protocol& protocol, Admission& admission);
  // Where the events may not be taken for want of a key, which is counted; nullopt where they may.
  std::optional<adapter::ReadOutcome> refusal_of(const Admission& admission);
  // So many events came under a key that is in no list, if one is the request's.
  void note_unknown(const Admission& admission, UnknownKeys::Fate fate, std::uint64_t events);

 private:
  KeyLedger* key_ledger_;  // May be nullptr.
  const std::uint32_t reactor_;
  KeyTable keys_{{}};
  UnknownKeys* unknown_keys_;  // May be nullptr.
  const Clock& clock_;
  IntakeCounters& counters_;

  // Reused between requests.
  std::string key_scratch_;
  std::string own_key_scratch_;
};

}  // namespace penstock::intake
