#include "intake/admission.h"

namespace penstock::intake {

Admission::Admission(KeyTable& table, bool requires_key, const FingerprintSettings& fingerprints,
                     adapter::Origin& origin)
    : table_(table), requires_key_(requires_key), fingerprints_(fingerprints), origin_(origin) {
  open(kDefaultProject, false);
}

void Admission::open(std::string_view project, bool is_server_side) {
  origin_.project = project;
  origin_.is_server_side = is_server_side;
  origin_.fingerprint_rules = fingerprints_.of(project);
}

void Admission::try_key(std::string_view key) {
  if (!key.empty()) take(key);
}

// Whether the key is known. One more that is changes nothing.
bool Admission::take(std::string_view key) {
  const KeyEntry* entry = table_.find(key);
  if (entry == nullptr) {
    unknown_ = KeyPrefix(key);
    return false;
  }
  if (entry->is_revoked()) {
    has_revoked_ = true;
    return false;
  }
  if (has_known_) return true;
  has_known_ = true;
  open(entry->project, entry->server_side);
  return true;
}

bool Admission::try_body_key(std::string_view key) {
  if (!of_request_) {
    of_request_ = {origin_.project, origin_.is_server_side, has_known_, unknown_};
  }
  has_known_ = false;
  unknown_ = of_request_->unknown;
  if (key.empty() || !take(key)) {
    has_known_ = of_request_->has_known;
    open(of_request_->project, of_request_->is_server_side);
  }
  return verdict() == Verdict::kAdmitted;
}

void Admission::vouch_for(std::string_view project) {
  if (has_known_) return;
  has_known_ = true;
  open(project, true);
}

Admission::Verdict Admission::verdict() const {
  if (has_revoked_) return Verdict::kRevoked;
  if (has_known_ || !requires_key_) return Verdict::kAdmitted;
  return unknown_.is_none() ? Verdict::kMissing : Verdict::kUnknown;
}

}  // namespace penstock::intake
