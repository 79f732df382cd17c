#include "intake/admission.h"

#include <algorithm>

namespace penstock::intake {

Admission::Admission(KeyTable& table, bool requires_key, const FingerprintSettings& fingerprints,
                     adapter::Origin& origin, const Sender& sender)
    : table_(table),
      requires_key_(requires_key),
      fingerprints_(fingerprints),
      origin_(origin),
      sender_(sender) {
  open(kDefaultProject, false, nullptr);
}

void Admission::open(std::string_view project, bool is_server_side, const KnownKey* key) {
  if (key != key_) leave_key();
  key_ = key;
  origin_.project = project;
  origin_.is_server_side = is_server_side;
  origin_.fingerprint_rules = fingerprints_.of(project);
}

void Admission::try_key(std::string_view key) {
  if (!key.empty()) take(key);
}

// Whether the key is known. One more that is changes nothing.
bool Admission::take(std::string_view key) {
  const KnownKey* known = table_.find(key);
  if (known == nullptr) {
    unknown_ = KeyPrefix(key);
    return false;
  }
  if (known == key_ || (has_known_ && !known->is_revoked())) {
    has_known_ = true;
    return true;
  }
  if (const KeyRefusal refusal = known->refusal_of(sender_); refusal != KeyRefusal::kNone) {
    if (ended_by_ != nullptr) return false;
    ended_by_ = known;
    refusal_ = refusal;
    known->count_refused();
    return false;
  }
  has_known_ = true;
  open(known->entry().project, known->entry().server_side, known);
  return true;
}

bool Admission::try_body_key(std::string_view key) {
  if (!of_request_) {
    of_request_ = {origin_.project, origin_.is_server_side, key_, has_known_, unknown_};
  }
  has_known_ = false;
  unknown_ = of_request_->unknown;
  if (key.empty() || !take(key)) {
    has_known_ = of_request_->has_known;
    open(of_request_->project, of_request_->is_server_side, of_request_->key);
  }
  return verdict() == Verdict::kAdmitted;
}

void Admission::vouch_for(std::string_view project) {
  if (has_known_) return;
  has_known_ = true;
  open(project, true, nullptr);
}

void Admission::leave_key() {
  if (so_far_ <= shared_) return;
  const std::uint64_t events = so_far_ - shared_;
  shared_ = so_far_;
  if (key_ == nullptr) return;
  const auto share = std::find_if(shares_.begin(), shares_.end(),
                                  [this](const Share& one) { return one.key == key_; });
  if (share != shares_.end()) {
    share->events += events;
  } else {
    shares_.push_back({key_, events});
  }
}

void Admission::count_taken(std::uint64_t events) {
  const std::int64_t now_ms = origin_.received_at_ms;
  for (const Share& share : shares_) share.key->count_taken(share.events, now_ms, sender_.clock);
  if (key_ != nullptr && events > shared_) {
    key_->count_taken(events - shared_, now_ms, sender_.clock);
  }
}

Admission::Verdict Admission::verdict() const {
  switch (refusal_) {
    case KeyRefusal::kNone:
      break;
    case KeyRefusal::kRevoked:
      return Verdict::kRevoked;
    case KeyRefusal::kExpired:
      return Verdict::kExpired;
    case KeyRefusal::kOrigin:
      return Verdict::kOrigin;
    case KeyRefusal::kAddress:
      return Verdict::kAddress;
    case KeyRefusal::kQuota:
      return Verdict::kQuota;
  }
  if (has_known_ || !requires_key_) return Verdict::kAdmitted;
  return unknown_.is_none() ? Verdict::kMissing : Verdict::kUnknown;
}

}  // namespace penstock::intake
